import net from "node:net";

// A line to the host that can be cut: the page's own view of a server that goes away and comes back.
export class Wire {
  #target;
  #port = 0;
  #sockets = new Set();
  #server = null;

  constructor(target) {
    this.#target = new URL(target);
  }

  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up() {
    this.#server = net.createServer(socket => this.#join(socket));
    await new Promise((resolve, reject) => {
      this.#server.once("error", reject).listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = this.#server.address().port;
  }

  // Breaks what is connected; who connects again is served.
  cut() {
    this.#sockets.forEach(socket => socket.destroy());
  }

  // Breaks what is connected, and refuses what comes.
  async down() {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #join(near) {
    const far = net.connect(Number(this.#target.port), this.#target.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
