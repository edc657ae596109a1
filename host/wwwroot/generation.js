import { events, failureOf } from "/sse.js";

// A request outlives its connection on the server for a few seconds, and what it said for some minutes.
const waits = [0, 250, 500, 1000, 2000, 4000, 8000];

// Yields the chunks of a generation, each once and in order: where the connection breaks, it is taken up again.
export async function* generate(id, body, signal, onConnection) {
  let response = await begin(id, body, signal);
  let next = 0;
  let tries = 0;
  for (;;) {
    for await (const event of received(response, signal)) {
      if (event.data === "[DONE]") {
        return;
      }

      const chunk = JSON.parse(event.data);
      if (chunk.error?.code === "stream_broken") {
        break;
      }

      next = event.id === null ? next : event.id + 1;
      tries = 0;
      yield chunk;
    }

    if (tries === waits.length) {
      throw new Error("The connection was lost and did not come back.");
    }

    onConnection(false);
    await pause(waits[tries++], signal);
    response = await again(id, next, signal);
    onConnection(response !== null);
  }
}

export async function cancel(id) {
  const response = await fetch(`/v1/requests/${id}`, { method: "DELETE" }).catch(() => null);
  return response?.ok ?? false;
}

async function begin(id, body, signal) {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Request-Id": id },
    body: JSON.stringify(body),
    signal,
  }).catch(() => { throw new Error("The server cannot be reached."); });
  if (!response.ok) {
    throw new Error(await failureOf(response));
  }

  return response;
}

// What arrives before the connection breaks.
async function* received(response, signal) {
  if (response === null) {
    return;
  }

  try {
    yield* events(response);
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
  }
}

// Null: not now, but perhaps later.
async function again(id, next, signal) {
  const response = await fetch(`/v1/requests/${id}/events?from=${next}`, { signal }).catch(() => null);
  if (response?.status === 404) {
    throw new Error("The server no longer knows this answer.");
  }

  if (response && !response.ok && response.status < 500) {
    throw new Error(await failureOf(response));
  }

  return response?.ok ? response : null;
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
