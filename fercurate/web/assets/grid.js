// Many pictures at a time, one question: all are faulty but those that are marked, or none is but
// those. The reviewer says which of the two holds, and it stays until the reviewer says otherwise.

import { ask, change } from "./server.js";
import { canvasOf, prefetch } from "./pictures.js";
import { byId, element, say, showDetails, showProgress } from "./panel.js";

const WORDS = {
  occluded: ["occluded", "not occluded"],
  not_human: ["not human", "human"],
  watermark: ["watermarked", "free of watermarks"],
  not_face: ["not a face", "faces"],
  same_picture: ["the same picture", "different pictures"],
  keep: ["to be kept", "to be left out"],
};

export class Grid {
  constructor(about) {
    this.about = about;
    this.tiles = [];
    this.faulty = true;
    this.focused = 0;
    this.busy = false;
    const [yes, no] = WORDS[about.question] || [about.question, `not ${about.question}`];
    this.words = { yes, no };
    this.statement = element("p", "", "statement");
    this.statement.id = "statement";
    this.board = element("div", "", "board");
    this.board.setAttribute("role", "group");
    this.board.setAttribute("aria-labelledby", "statement");
    byId("work").replaceChildren(this.statement, this.board);
  }

  get actions() {
    return [
      { shown: "Enter", keys: ["Enter"], name: "accept the page", id: "accept", kind: "main",
        run: () => this.accept() },
      { shown: "Space", keys: [" "], name: "mark", run: () => this.mark(),
        help: "mark the picture, or take the mark back" },
      { shown: "U", keys: ["u"], name: "unsure", run: () => this.mark("unsure") },
      { shown: "T", keys: ["t"], name: "turn the question", id: "turn", run: () => this.turn(),
        help: "all but those I mark, or none but those I mark" },
      { shown: "Z", keys: ["z"], name: "undo the page", run: () => this.undo() },
      { shown: "D", keys: ["d"], name: "details", run: () => this.details() },
      { shown: "← ↑ ↓ →", keys: ["ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"], hidden: true,
        name: "move", run: (key) => this.move(key) },
    ];
  }

  async load(focus = true) {
    const { tiles } = await ask(`/api/next?count=${this.about.page}`);
    this.tiles = tiles.map((tile) => ({ ...tile, mark: "" }));
    this.focused = 0;
    prefetch(this.tiles.flatMap((tile) => [tile.id, tile.other].filter(Boolean)));
    this.draw();
    if (focus) this.focus(0);
    this.prefetchNext();
  }

  async prefetchNext() {
    try {
      const { tiles } = await ask(`/api/next?count=${2 * this.about.page}`);
      prefetch(tiles.flatMap((tile) => [tile.id, tile.other].filter(Boolean)));
    } catch {
      // Only time is lost: whatever is wrong is said when the page is accepted.
    }
  }

  draw() {
    this.say();
    this.board.replaceChildren(...this.tiles.map((tile, place) => this.tileOf(tile, place)));
    if (!this.tiles.length) {
      this.board.append(element("p", "Nothing is left in this queue.", "done"));
      this.statement.textContent = "";
    }
  }

  say() {
    const { yes, no } = this.words;
    const [all, marked] = this.faulty ? [yes, no] : [no, yes];
    this.statement.textContent = `All of these are ${all}, but those I mark are ${marked}.`;
    this.board.dataset.faulty = this.faulty ? "yes" : "no";
  }

  tileOf(tile, place) {
    const button = element("button", "", "tile");
    button.type = "button";
    button.dataset.id = tile.id;
    button.tabIndex = place === this.focused ? 0 : -1;
    const number = `picture ${place + 1} of ${this.tiles.length}`;
    if (tile.other) button.append(canvasOf(tile.other, `${number}, the other one`));
    button.append(canvasOf(tile.id, number), element("span", "", "badge"));
    button.addEventListener("click", () => {
      this.focus(place);
      this.mark();
    });
    this.paint(button, tile);
    return button;
  }

  paint(button, tile) {
    button.dataset.mark = tile.mark;
    button.setAttribute("aria-pressed", tile.mark ? "true" : "false");
    const other = this.faulty ? this.words.no : this.words.yes;
    button.lastChild.textContent = tile.mark === "unsure" ? "unsure" : tile.mark ? other : "";
  }

  buttonAt(place) {
    return this.board.children[place];
  }

  focus(place) {
    if (!this.tiles.length) return;
    this.focused = Math.max(0, Math.min(place, this.tiles.length - 1));
    for (const [number, button] of [...this.board.children].entries()) {
      button.tabIndex = number === this.focused ? 0 : -1;
    }
    this.buttonAt(this.focused).focus();
  }

  move(key) {
    const top = this.board.children[0]?.offsetTop;
    const columns = [...this.board.children].filter((one) => one.offsetTop === top).length || 1;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const place = this.focused + steps[key];
    if (place >= 0 && place < this.tiles.length) this.focus(place);
  }

  mark(kind = "marked") {
    const tile = this.tiles[this.focused];
    if (!tile) return;
    tile.mark = tile.mark === kind ? "" : kind;
    this.paint(this.buttonAt(this.focused), tile);
  }

  turn() {
    this.faulty = !this.faulty;
    this.say();
    this.tiles.forEach((tile, place) => this.paint(this.buttonAt(place), tile));
    say(this.statement.textContent);
  }

  answerOf(tile) {
    if (tile.mark === "unsure") return "unsure";
    return (tile.mark === "marked") === this.faulty ? "no" : "yes";
  }

  async accept() {
    if (this.busy || !this.tiles.length) return;
    this.busy = true;
    try {
      const answers = this.tiles.map((tile) => [tile.id, this.answerOf(tile)]);
      const { progress } = await change("/api/answers", { answers });
      showProgress(progress);
      say(`${answers.length} written`);
      await this.load();
    } finally {
      this.busy = false;
    }
  }

  async undo() {
    if (this.busy) return;
    this.busy = true;
    try {
      const { undone, progress } = await change("/api/undo", {});
      showProgress(progress);
      say(undone.length ? `${undone.length} undone` : "there is nothing to undo");
      if (undone.length) await this.load();
    } finally {
      this.busy = false;
    }
  }

  async details() {
    const tile = this.tiles[this.focused];
    if (tile) await showDetails(tile.id, this.about);
  }
}
