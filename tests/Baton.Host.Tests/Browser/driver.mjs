// Runs cases on the chat page in a real browser: reads the name of one a line, answers a line of JSON for each.
// node driver.mjs URL, with CHROMIUM and PLAYWRIGHT_CORE in the environment.
import { createRequire } from "node:module";
import readline from "node:readline";
import * as cases from "./cases.mjs";
import { ChatPage } from "./page.mjs";
import { Wire } from "./wire.mjs";

const patienceMs = 20_000;
const { chromium } = createRequire(import.meta.url)(process.env.PLAYWRIGHT_CORE);

const wire = new Wire(process.argv[2]);
await wire.up();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
// To open a page takes longer than most cases: those that ask for nothing special use one, cleared.
const common = await browser.newPage();
answer({ ready: true });
for await (const name of readline.createInterface({ input: process.stdin })) {
  answer(await run(name));
}

await browser.close();
process.exit(0);

function answer(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function run(name) {
  const contexts = [];
  const open = async options => {
    if (!options) {
      return await ChatPage.open(await cleared(common), wire.origin);
    }

    contexts.push(await browser.newContext(options));
    return await ChatPage.open(await contexts.at(-1).newPage(), wire.origin);
  };
  const patience = new AbortController();
  try {
    await Promise.race([cases[name]({ open, wire }), tooLong(patience.signal)]);
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, error: error.stack };
  } finally {
    patience.abort();
    await Promise.all(contexts.map(context => context.close()));
  }
}

async function cleared(page) {
  page.removeAllListeners();
  await page.unrouteAll();
  return page;
}

function tooLong(signal) {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${patienceMs} ms`)), patienceMs);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}
