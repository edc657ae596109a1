import assert from "node:assert/strict";
import { contrasts, overflow } from "./looks.mjs";

const leastContrast = 4.5;

export async function loads({ open }) {
  const page = await open();
  await page.limit(5);
  await page.ask("Hello");
  await page.answered(1);
  const { data } = JSON.parse(await page.onServer("/v1/models"));
  assert.equal(await page.page.locator("#model").textContent(), data[0].id);
  assert.deepEqual(page.problems, []);
  const foreign = page.requests.map(request => request.url()).filter(url => !url.startsWith(`${page.origin}/`));
  assert.deepEqual(foreign, []);
}

export async function streams({ open }) {
  const page = await open();
  await page.limit(60);
  await page.ask("Tell me a story");
  const early = await page.growsBeyond(0);
  assert(await page.isAnswering());
  const later = await page.growsBeyond(early);
  assert(await page.isAnswering());
  await page.answered(1);
  assert((await page.lastAnswer()).length > later);
  const facts = await page.facts.textContent();
  assert.match(facts, /^cut at the length limit · 60 tokens · first token after \d+ ms · [\d.]+ tokens\/s/);
  assert.equal(await page.box.inputValue(), "");
}

export async function followsUp({ open }) {
  const page = await open();
  await page.limit(5);
  await page.ask("One");
  await page.answered(1);
  const answer = await page.lastAnswer();
  await page.ask("Two");
  await page.answered(2);
  assert.deepEqual(page.asked[1], [
    { role: "user", content: "One" },
    { role: "assistant", content: answer },
    { role: "user", content: "Two" },
  ]);
}

export async function startsAnew({ open }) {
  const page = await open();
  await page.ask("One");
  await page.growsBeyond(0);
  await page.anew.click();
  await page.send.waitFor();
  assert.equal(await page.page.locator("article").count(), 0);
  await page.limit(5);
  await page.ask("Two");
  await page.answered(1);
  assert.deepEqual(page.asked[1], [{ role: "user", content: "Two" }]);
}

export const stopsByButton = ({ open }) => stops(open, page => page.stop.click());

export const stopsByEscape = ({ open }) => stops(open, page => page.page.keyboard.press("Escape"));

async function stops(open, stop) {
  const page = await open();
  await page.ask("A story without an end");
  await page.growsBeyond(0);
  await stop(page);
  await page.answered(1);
  assert.match(await page.facts.textContent(), /^stopped · /);
  const { state } = JSON.parse(await page.onServer(`/cluster/requests/${page.lastRequestId}`));
  assert.equal(state, "Cancelled");
  assert(await page.box.evaluate(box => box === document.activeElement));
  await page.limit(5);
  await page.ask("And now?");
  await page.answered(2);
}

export async function isUnreachable({ open, wire }) {
  const page = await open();
  await page.limit(5);
  await wire.down();
  try {
    await page.ask("Anybody there?");
    await page.says("The server cannot be reached.");
    assert.equal(await page.box.inputValue(), "Anybody there?");
    assert.equal(await page.page.locator("article").count(), 0);
  } finally {
    await wire.up();
  }

  await page.box.press("Enter");
  await page.answered(1);
  assert.deepEqual(page.asked.at(-1), [{ role: "user", content: "Anybody there?" }]);
}

export async function resumesAfterACut({ open, wire }) {
  const page = await open();
  await page.limit(100);
  await page.ask("Go on");
  for (let cuts = 0, seen = 0; cuts < 3; cuts++) {
    seen = await page.growsBeyond(seen + 10);
    wire.cut();
  }

  await page.answered(1);
  await isWhole(page);
}

export async function resumesAfterAnAbsence({ open, wire }) {
  const page = await open();
  await page.limit(100);
  await page.ask("Go on");
  await page.growsBeyond(10);
  await wire.down();
  try {
    await page.says("Trying to come back");
    await page.box.fill("typed meanwhile");
  } finally {
    await wire.up();
  }

  await page.answered(1);
  await isWhole(page);
  assert.equal(await page.box.inputValue(), "typed meanwhile");
}

// No token is missing, none is there twice: the page holds what the server tells on a replay.
async function isWhole(page) {
  assert(page.requests.some(request => request.url().includes("/events?from=")));
  const replay = await page.onServer(`/v1/requests/${page.lastRequestId}/events?from=0`);
  const chunks = [...replay.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json));
  assert.equal(await page.lastAnswer(), chunks.map(chunk => chunk.choices[0]?.delta.content ?? "").join(""));
  assert.match(await page.facts.textContent(), /100 tokens/);
}

export async function isForgotten({ open, wire }) {
  const page = await open();
  await page.page.route("**/v1/requests/*/events?*", route => route.fulfill({ status: 404, body: "{}" }));
  await page.ask("Remember me");
  await page.growsBeyond(0);
  await page.box.fill("and me");
  wire.cut();
  await page.says("The server no longer knows this answer.");
  assert.equal(await page.box.inputValue(), "Remember me\nand me");
  assert.notEqual(await page.lastAnswer(), "");
  assert(await page.send.isVisible());
}

export async function stopsWhileAway({ open, wire }) {
  const page = await open();
  await page.ask("Go on");
  await page.growsBeyond(0);
  await wire.down();
  try {
    await page.says("Trying to come back");
    await page.page.keyboard.press("Escape");
    await page.answered(1);
    assert(await page.send.isVisible());
  } finally {
    await wire.up();
  }
}

export async function isNarrow({ open }) {
  const page = await open({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  await page.limit(40);
  await page.ask("w".repeat(300));
  await page.growsBeyond(0);
  assert.deepEqual(await page.page.evaluate(overflow), []);
  await page.answered(1);
  await page.box.fill("line\n".repeat(60));
  assert.deepEqual(await page.page.evaluate(overflow), []);
  assert(await page.anew.isVisible());
  const send = await page.send.boundingBox();
  assert(send.y + send.height <= 640, "the button is on the screen");
}

export const isReadableInLight = ({ open, wire }) => isReadable(open, wire, "light");

export const isReadableInDark = ({ open, wire }) => isReadable(open, wire, "dark");

async function isReadable(open, wire, colorScheme) {
  const page = await open({ colorScheme });
  const seen = new Map();
  const look = async () => {
    for (const { name, ratio } of await page.page.evaluate(contrasts)) {
      seen.set(name, Math.min(ratio, seen.get(name) ?? Infinity));
    }
  };
  await look();
  // Long enough to be looked at while it runs, also on a busy machine.
  await page.limit(300);
  await page.ask("Hello");
  await page.growsBeyond(0);
  await look();
  await page.answered(1);
  await page.page.route("**/v1/requests/*/events?*", route => route.fulfill({ status: 404, body: "{}" }));
  await page.ask("Hello again");
  await page.page.waitForFunction(() => document.querySelectorAll("article.assistant .said")[1].textContent);
  wire.cut();
  await page.says("no longer knows");
  await look();

  for (const name of ["h1", "#model", "#text", "#send", "#stop", "#clear", "#state", ".said", ".facts", ".failure"]) {
    assert(seen.has(name), `${name} was seen`);
  }

  assert.deepEqual([...seen].filter(([, ratio]) => ratio < leastContrast), []);
  const background = await page.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const lightness = Number(background.match(/\d+/)[0]);
  assert(colorScheme === "dark" ? lightness < 64 : lightness > 192, background);
}

export async function worksByKeyboard({ open }) {
  const page = await open();
  await page.limit(5);
  const { keyboard } = page.page;
  assert(await page.box.evaluate(box => box === document.activeElement), "the box has the focus at once");
  await keyboard.type("first");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second");
  assert.equal(await page.questions.count(), 0);
  await keyboard.press("Enter");
  await page.answered(1);
  assert.equal(await page.questions.textContent(), "first\nsecond");

  const marks = [];
  for (let key = 0; key < 4; key++) {
    marks.push(await page.page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      const around = getComputedStyle(document.activeElement.parentElement).boxShadow;
      return {
        on: document.activeElement.id,
        visible: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 || around !== "none",
      };
    }));
    await keyboard.press("Tab");
  }

  assert(marks.filter(mark => mark.on).every(mark => mark.visible), JSON.stringify(marks));
  assert.deepEqual(["clear", "send", "text"], [...new Set(marks.map(mark => mark.on))].filter(id => /clear|send|text/.test(id)).sort());
}

export async function speaksToReaders({ open }) {
  const page = await open();
  await page.limit(20);
  assert.equal(await page.log.getAttribute("aria-live"), "polite");
  await page.ask("Hello");
  await page.growsBeyond(0);
  const answer = page.log.getByRole("article", { name: "Answer" });
  assert.equal(await answer.getAttribute("aria-busy"), "true");
  await page.says("Answering");
  await page.answered(1);
  assert.equal(await answer.getAttribute("aria-busy"), null);
  assert.equal(await page.log.getByRole("article", { name: "You" }).count(), 1);
}

export async function showsMarkupAsText({ open }) {
  const page = await open();
  const markup = "<img src=x onerror='window.wasRun = 1'><script>window.wasRun = 1</script><b>bold</b> &amp;";
  const chunk = { choices: [{ delta: { content: markup }, finish_reason: null }] };
  await page.page.route("**/v1/chat/completions", route => route.fulfill({
    contentType: "text/event-stream",
    body: `id: 0\ndata: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`,
  }));
  await page.ask(markup);
  await page.answered(1);
  assert.equal(await page.lastAnswer(), markup);
  assert.equal(await page.questions.textContent(), markup);
  assert.equal(await page.page.locator("article :is(img, script, b)").count(), 0);
  assert.equal(await page.page.evaluate(() => window.wasRun), undefined);
}
