// The server says every 15 seconds that it is there: a connection that is quiet for longer has gone without a word.
const longestQuiet = 40000;

// Reads a response's server-sent events: yields the id (null without one) and the data of each, as text.
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await orQuiet(reader.read());
    if (done) {
      reader.cancel().catch(() => {});
      return;
    }

    held += value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      const data = field(block, "data");
      const id = field(block, "id");
      if (data !== null) {
        yield { id: id === null ? null : Number(id), data };
      }
    }
  }
}

function orQuiet(read) {
  let timer;
  const quiet = new Promise(resolve => {
    timer = setTimeout(() => resolve({ done: true }), longestQuiet);
  });
  return Promise.race([read, quiet]).finally(() => clearTimeout(timer));
}

function field(block, name) {
  const line = block.split("\n").find(l => l.startsWith(`${name}: `));
  return line === undefined ? null : line.slice(name.length + 2);
}

// The message of an answer that is not a result.
export async function failureOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
