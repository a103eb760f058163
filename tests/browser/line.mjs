// The line between a browser and the board, in the hands of a test: it can break, be dead without a word, or be away.
import { once } from "node:events";
import net from "node:net";

export class Line {
  constructor() {
    this.pairs = new Set();
    this.dead = false;
  }

  // From a port of its own to `to` on this machine.
  async start(to, port = 0) {
    this.to = to;
    this.server = net.createServer({ allowHalfOpen: true }, (near) => this.join(near));
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = this.server.address().port;
  }

  join(near) {
    const far = net.connect({ port: this.to, host: "127.0.0.1", allowHalfOpen: true });
    const pair = { near, far, dead: false };
    const end = () => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    this.pairs.add(pair);
    for (const [from, into] of [[near, far], [far, near]]) {
      from.on("data", (bytes) => pair.dead || into.write(bytes));
      from.on("end", () => pair.dead || into.end());
      from.on("error", () => pair.dead || end());
      from.on("close", () => pair.dead || end());
    }
  }

  // Everything that is open breaks; what comes next gets through.
  cut() {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.pairs.clear();
  }

  // What is open stays open and carries nothing any more, as after a sleep behind a router that forgot it; what comes next gets through.
  die() {
    for (const pair of this.pairs) pair.dead = true;
  }

  // Nobody answers.
  async away() {
    this.server.close();
    this.cut();
    await once(this.server, "close");
  }

  async back() {
    await this.start(this.to, this.port);
  }

  async stop() {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.server.close();
  }
}
