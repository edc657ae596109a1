// The chat page as a user meets it.
export class ChatPage {
  requests = [];
  problems = [];

  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    this.box = page.getByRole("textbox", { name: "Message" });
    this.send = page.getByRole("button", { name: "Send" });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.anew = page.getByRole("button", { name: "New chat" });
    this.state = page.getByRole("status");
    this.log = page.getByRole("log");
    this.questions = page.locator("article.user .said");
    this.answers = page.locator("article.assistant .said");
    this.facts = page.locator("article .facts");
    page.setDefaultTimeout(10_000);
    page.on("request", request => this.requests.push(request));
    page.on("pageerror", error => this.problems.push(String(error)));
    page.on("console", message => {
      if (message.type() === "error") {
        this.problems.push(message.text());
      }
    });
  }

  static async open(page, origin) {
    const chat = new ChatPage(page, origin);
    await page.goto(origin);
    await page.waitForFunction(() => document.getElementById("model").textContent !== "");
    return chat;
  }

  // Answers end after this many tokens: the simulated engine knows no end of its own.
  async limit(tokens) {
    await this.page.route("**/v1/chat/completions", route => {
      const body = { ...route.request().postDataJSON(), max_tokens: tokens };
      return route.continue({ postData: JSON.stringify(body) });
    });
  }

  async ask(text) {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  // The conversations that were sent to be continued.
  get asked() {
    return this.#generations.map(request => request.postDataJSON().messages);
  }

  get lastRequestId() {
    return this.#generations.at(-1).headers()["x-request-id"];
  }

  get #generations() {
    return this.requests.filter(request => request.url().endsWith("/v1/chat/completions"));
  }

  async lastAnswer() {
    return await this.answers.last().textContent();
  }

  // Waits until the last answer is longer than so many characters.
  async growsBeyond(length) {
    await this.page.waitForFunction(
      longer => ([...document.querySelectorAll("article.assistant .said")].at(-1)?.textContent.length ?? 0) > longer,
      length);
    return (await this.lastAnswer()).length;
  }

  async isAnswering() {
    return await this.page.locator("article.running").count() > 0;
  }

  // Waits until there are this many whole answers.
  async answered(count) {
    await this.page.waitForFunction(
      n => document.querySelectorAll("article .facts").length === n && document.querySelector(".running") === null,
      count);
  }

  async says(state) {
    await this.page.waitForFunction(
      part => document.getElementById("state").textContent.includes(part), state);
  }

  // What the server kept of a request, beside the page.
  async onServer(path) {
    return await this.page.evaluate(async where => await (await fetch(where)).text(), path);
  }
}
