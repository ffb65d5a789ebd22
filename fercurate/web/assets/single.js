// One picture at a time: which expression does it show?

import { ask, change } from "./server.js";
import { canvasOf, prefetch } from "./pictures.js";
import { byId, element, say, showCells, showDetails, showProgress } from "./panel.js";

const AHEAD = 12;

export class Single {
  constructor(about) {
    this.about = about;
    this.coming = [];
    this.answered = 0;
    this.busy = false;
    this.frame = element("div", "", "frame");
    this.given = element("p", "", "given");
    byId("work").replaceChildren(this.frame, this.given);
  }

  get tile() {
    return this.coming[0];
  }

  get actions() {
    const labels = this.about.expressions.map((name, place) => ({
      shown: String(place + 1), keys: [String(place + 1)], name, kind: "label",
      id: `label-${name}`, run: () => this.answer(name),
    }));
    const keep = { shown: "Enter", keys: ["Enter"], name: "keep the label", id: "keep", kind: "main",
      run: () => this.keep() };
    return [
      ...labels,
      ...(this.about.blind ? [] : [keep]),
      { shown: "X", keys: ["x"], name: "not a face", run: () => this.answer("not_face") },
      { shown: "U", keys: ["u"], name: "unsure", run: () => this.answer("unsure") },
      { shown: "Z", keys: ["z"], name: "undo", run: () => this.undo() },
      { shown: "D", keys: ["d"], name: "details", run: () => this.details() },
      ...(this.about.cells ? [{ shown: "C", keys: ["c"], name: "cells", run: () => this.cells(),
        help: "labels against suggestions: open a cell as a queue" }] : []),
    ];
  }

  async load() {
    const { tiles } = await ask(`/api/next?count=${AHEAD}`);
    this.coming = tiles;
    prefetch(tiles.map((tile) => tile.id));
    this.draw();
  }

  draw() {
    const tile = this.tile;
    if (!tile) {
      this.frame.replaceChildren(element("p", "Nothing is left in this queue.", "done"));
      this.given.textContent = "";
      return;
    }
    this.frame.dataset.id = tile.id;
    this.frame.replaceChildren(canvasOf(tile.id, "the picture to decide on"));
    this.given.replaceChildren();
    if (tile.given) this.given.append(element("span", `label: ${tile.given}`));
    if (tile.suggestion && tile.suggestion !== tile.given) {
      this.given.append(element("span", `perhaps: ${tile.suggestion}`, "suggestion"));
    }
    for (const button of byId("keys").querySelectorAll("button.label")) {
      const name = button.id.replace("label-", "");
      button.dataset.given = String(name === tile.given);
      button.dataset.suggested = String(name === tile.suggestion && name !== tile.given);
    }
  }

  async keep() {
    if (this.tile?.given) await this.answer(this.tile.given);
  }

  async answer(answer) {
    if (this.busy || !this.tile) return;
    this.busy = true;
    const tile = this.tile;
    try {
      const { progress } = await change("/api/answers", { answers: [[tile.id, answer]] });
      this.coming.shift();
      this.answered += 1;
      say(`${answer.replace("_", " ")} written`);
      this.draw();
      showProgress(progress);
      if (this.coming.length < AHEAD / 2) this.refill();
    } finally {
      this.busy = false;
    }
  }

  // Beside the answers: what was answered while this was asked is not shown again.
  async refill() {
    const answered = this.answered;
    let tiles;
    try {
      ({ tiles } = await ask(`/api/next?count=${AHEAD}`));
    } catch {
      return; // said when the next answer cannot be written
    }
    if (answered !== this.answered) {
      if (this.coming.length < AHEAD / 2) this.refill();
      return;
    }
    const shown = this.tile;
    const rest = tiles.filter((tile) => tile.id !== shown?.id);
    this.coming = shown ? [shown, ...rest.slice(0, tiles.length - 1)] : rest;
    prefetch(this.coming.map((tile) => tile.id));
    if (!shown) this.draw();
  }

  async undo() {
    if (this.busy) return;
    this.busy = true;
    try {
      const { undone, progress } = await change("/api/undo", {});
      showProgress(progress);
      say(undone.length ? "undone" : "there is nothing to undo");
      if (!undone.length) return;
      const { tiles } = await ask(`/api/next?count=${AHEAD}`);
      this.answered += 1;
      const back = tiles.find((tile) => tile.id === undone[0]);
      const rest = tiles.filter((tile) => tile.id !== undone[0]);
      this.coming = back ? [back, ...rest] : tiles;
      this.draw();
    } finally {
      this.busy = false;
    }
  }

  async cells() {
    await showCells(async (cell) => {
      await change("/api/cell", cell);
      say(cell[0] ? `${cell[0]}, perhaps ${cell[1]}` : "all cells");
      await this.load();
    });
  }

  async details() {
    if (this.tile) await showDetails(this.tile.id, this.about);
  }
}
