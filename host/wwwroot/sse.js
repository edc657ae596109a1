// Reads a response's server-sent events: yields the data of each, without [DONE].
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }

    held += value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      const line = block.split("\n").find(l => l.startsWith("data: "));
      if (line && line !== "data: [DONE]") {
        yield JSON.parse(line.slice(6));
      }
    }
  }
}

// The message of an answer that is not a result.
export async function failureOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
