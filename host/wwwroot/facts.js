// What can be told of an answer once it is there: counts and times as the page saw them.
export class Facts {
  #start = performance.now();
  #first = null;
  #last = null;
  #tokens = 0;
  #finish = null;

  add(chunk) {
    const choice = chunk.choices[0];
    this.#finish = choice?.finish_reason ?? this.#finish;
    if (choice && choice.delta.role === undefined && choice.finish_reason === null) {
      this.#tokens++;
      this.#last = performance.now();
      this.#first ??= this.#last;
    }
  }

  describe(stopped) {
    const facts = this.#finish === "length" ? ["cut at the length limit"] : stopped && !this.#finish ? ["stopped"] : [];
    if (this.#tokens > 0) {
      facts.push(this.#tokens === 1 ? "1 token" : `${this.#tokens} tokens`);
      facts.push(`first token after ${Math.round(this.#first - this.#start)} ms`);
    }

    if (this.#last > this.#first) {
      facts.push(`${((this.#tokens - 1) / (this.#last - this.#first) * 1000).toFixed(1)} tokens/s`);
    }

    return facts;
  }
}

// Where the request ran, in words; nothing where the server does not say.
export async function servedBy(id) {
  const response = await fetch(`/cluster/requests/${id}`).catch(() => null);
  const { disaggregated, prefillWorker, decodeWorker } = response?.ok ? await response.json() : {};
  if (disaggregated) {
    return [`prefill ${prefillWorker} → decode ${decodeWorker}`];
  }

  return decodeWorker ? [`on ${decodeWorker}`] : [];
}
