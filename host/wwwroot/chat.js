import { events, failureOf } from "/sse.js";

const $ = id => document.getElementById(id);
let messages = [];
let running = null;

// Text only ever enters the page as text: nothing that a model says becomes markup.
function part(parent, tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  parent.append(element);
  return element;
}

function turn(role, text) {
  $("hint").hidden = true;
  const article = part($("log"), "article", role);
  const said = part(article, "div", "said", text);
  scroll();
  return { article, said };
}

function scroll() {
  $("log").scrollTop = $("log").scrollHeight;
}

function setRunning(id) {
  running = id;
  $("send").hidden = id !== null;
  $("stop").hidden = id === null;
}

async function ask(text) {
  // A failed turn leaves the conversation as it was: what is kept is what was answered.
  const asked = [...messages, { role: "user", content: text }];
  turn("user", text);
  const { article, said } = turn("assistant", "");
  article.classList.add("running");
  const id = crypto.randomUUID?.() ?? `page-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  setRunning(id);
  const kept = messages;
  try {
    const facts = await stream(id, asked, said);
    if (messages === kept) {
      messages = [...asked, { role: "assistant", content: said.textContent }];
    }

    const line = part(article, "div", "facts quiet", facts);
    const workers = await servedBy(id);
    line.textContent = [facts, workers].filter(Boolean).join(" · ");
  } catch (error) {
    part(article, "div", "failure", error.message);
  } finally {
    article.classList.remove("running");
    setRunning(null);
    scroll();
  }
}

async function stream(id, asked, said) {
  const start = performance.now();
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Request-Id": id },
    body: JSON.stringify({ messages: asked, stream: true, stream_options: { include_usage: true } }),
  }).catch(() => { throw new Error("The server cannot be reached."); });
  if (!response.ok) {
    throw new Error(await failureOf(response));
  }

  let first = null;
  let last = start;
  let usage = null;
  let stopped = false;
  for await (const chunk of events(response)) {
    if (chunk.error) {
      stopped = chunk.error.code === "cancelled";
      if (!stopped) {
        throw new Error(chunk.error.message);
      }
    }

    const choice = chunk.choices?.[0];
    if (choice && choice.delta.role === undefined && choice.finish_reason === null) {
      last = performance.now();
      first ??= last;
    }

    if (choice?.delta.content) {
      said.append(choice.delta.content);
      scroll();
    }

    usage = chunk.usage ?? usage;
  }

  if (usage === null && !stopped) {
    throw new Error("The answer broke off.");
  }

  return describe(start, first, last, usage, stopped);
}

function describe(start, first, last, usage, stopped) {
  const facts = stopped ? ["stopped"] : [];
  if (first !== null) {
    facts.push(`first token ${Math.round(first - start)} ms`);
  }

  if (usage) {
    const rate = (usage.completion_tokens - 1) / ((last - first) / 1000);
    facts.push(`${usage.completion_tokens} tokens`);
    if (usage.completion_tokens > 1 && Number.isFinite(rate)) {
      facts.push(`${rate.toFixed(1)} tokens/s`);
    }
  }

  return facts.join(" · ");
}

async function servedBy(id) {
  const response = await fetch(`/cluster/requests/${id}`).catch(() => null);
  if (!response?.ok) {
    return "";
  }

  const { disaggregated, prefillWorker, decodeWorker } = await response.json();
  return disaggregated ? `prefill ${prefillWorker} → decode ${decodeWorker}` : decodeWorker ? `on ${decodeWorker}` : "";
}

function stop() {
  if (running !== null) {
    fetch(`/v1/requests/${running}`, { method: "DELETE" }).catch(() => {});
  }
}

function fit() {
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight + 2}px`;
}

$("form").addEventListener("submit", event => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text && running === null) {
    $("text").value = "";
    fit();
    ask(text);
  }
});

$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});

$("stop").addEventListener("click", stop);
$("clear").addEventListener("click", () => {
  stop();
  messages = [];
  document.querySelectorAll("article").forEach(article => article.remove());
  $("hint").hidden = false;
  $("text").focus();
});

fetch("/v1/models")
  .then(response => response.json())
  .then(models => { $("model").textContent = models.data[0].id; })
  .catch(() => { $("model").textContent = "The server cannot be reached."; });
