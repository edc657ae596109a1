import { Facts, servedBy } from "/facts.js";
import { cancel, generate } from "/generation.js";
import { failureOf } from "/sse.js";

const $ = id => document.getElementById(id);
const idle = $("state").textContent;
const answering = "Answering. Escape stops.";

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

function turn(role, label, text) {
  $("hint").hidden = true;
  const article = part($("log"), "article", role);
  article.setAttribute("aria-label", label);
  const said = part(article, "div", "said", text);
  return { article, said };
}

function show(state, text) {
  document.body.dataset.state = state;
  $("state").textContent = text;
}

// Whoever has scrolled up to read is left there.
function keepingTheEndInView(change) {
  const scroller = $("scroller");
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  change();
  if (atEnd) {
    toTheEnd();
  }
}

function toTheEnd() {
  $("scroller").scrollTop = $("scroller").scrollHeight;
}

function setRunning(generation) {
  running = generation;
  $("send").hidden = generation !== null;
  $("stop").hidden = generation === null;
}

async function ask(text) {
  const kept = messages;
  const asked = [...kept, { role: "user", content: text }];
  const question = turn("user", "You", text);
  const answer = turn("assistant", "Answer", "");
  toTheEnd();
  const generation = begin(answer);
  let facts;
  try {
    facts = await stream(generation, asked, answer.said);
  } catch (error) {
    end(answer);
    giveBack(text, question, answer, error.message);
    return;
  }

  end(answer);
  // A new chat may have begun meanwhile.
  if (messages === kept && answer.said.textContent) {
    messages = [...asked, { role: "assistant", content: answer.said.textContent }];
  }

  await addFacts(answer.article, facts, generation.id);
}

function begin(answer) {
  answer.article.classList.add("running");
  // Read out once it is whole, not token by token.
  answer.article.setAttribute("aria-busy", "true");
  const id = crypto.randomUUID?.() ?? `page-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  setRunning({ id, abort: new AbortController(), stopped: false });
  show("answering", answering);
  return running;
}

function end(answer) {
  answer.article.classList.remove("running");
  answer.article.removeAttribute("aria-busy");
  setRunning(null);
  show("ready", idle);
}

async function addFacts(article, facts, id) {
  const line = part(article, "div", "facts quiet");
  keepingTheEndInView(() => { line.textContent = facts.join(" · "); });
  const workers = await servedBy(id);
  keepingTheEndInView(() => { line.textContent = [...facts, ...workers].join(" · "); });
  if (!$("model").textContent) {
    nameModel();
  }
}

// A failed turn leaves the conversation as it was, and its message goes back into the box, before what is typed there.
function giveBack(text, question, answer, why) {
  if (!question.article.isConnected) {
    return;
  }

  if (answer.said.textContent === "") {
    question.article.remove();
    answer.article.remove();
    $("hint").hidden = document.querySelector("article") !== null;
  } else {
    keepingTheEndInView(() => part(answer.article, "div", "failure", why));
  }

  $("text").value = [text, $("text").value].filter(Boolean).join("\n");
  fit();
  show("failed", `${why} Your message is back in the box.`);
}

async function stream(generation, asked, said) {
  const facts = new Facts();
  const chunks = generate(generation.id, { messages: asked, stream: true }, generation.abort.signal, showConnection);
  try {
    for await (const chunk of chunks) {
      if (chunk.error) {
        throw new Error(chunk.error.code === "cancelled" ? "The answer was cancelled on the server." : chunk.error.message);
      }

      facts.add(chunk);
      if (chunk.choices[0]?.delta.content) {
        keepingTheEndInView(() => said.append(chunk.choices[0].delta.content));
      }
    }
  } catch (error) {
    // However the stream ends then, it is the end that was asked for.
    if (!generation.stopped) {
      throw error;
    }
  }

  return facts.describe(generation.stopped);
}

function showConnection(connected) {
  if (connected) {
    show("answering", answering);
  } else {
    show("reconnecting", "The connection was lost. Trying to come back.");
  }
}

async function stop() {
  const generation = running;
  if (generation === null || generation.stopped) {
    return;
  }

  generation.stopped = true;
  $("text").focus();
  // A server that hears of it ends the stream itself; without one the page has to.
  if (!await cancel(generation.id)) {
    generation.abort.abort();
  }
}

function startAnew() {
  stop();
  messages = [];
  document.querySelectorAll("article").forEach(article => article.remove());
  $("hint").hidden = false;
  $("text").focus();
}

function fit() {
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight + 2}px`;
}

function send(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text && running === null) {
    $("text").value = "";
    fit();
    $("text").focus();
    ask(text);
  }
}

function sendOnEnter(event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
}

function stopOnEscape(event) {
  if (event.key === "Escape" && !event.isComposing) {
    stop();
  }
}

async function nameModel() {
  const response = await fetch("/v1/models").catch(() => null);
  if (!response?.ok) {
    show("failed", response ? await failureOf(response) : "The server cannot be reached.");
    return;
  }

  $("model").textContent = (await response.json()).data[0].id;
}

$("form").addEventListener("submit", send);
$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", sendOnEnter);
document.addEventListener("keydown", stopOnEscape);
$("stop").addEventListener("click", stop);
$("clear").addEventListener("click", startAnew);
nameModel();
