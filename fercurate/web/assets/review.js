// The page: which way of asking the queue wants, keys and buttons, and what goes wrong.

import { ask } from "./server.js";
import { byId, isOpen, showHelp, showKeys, showProgress, showTrouble } from "./panel.js";
import { Grid } from "./grid.js";
import { Single } from "./single.js";

const QUESTIONS = {
  label: "Which expression does the face show?",
  occluded: "Is an eye, the nose or the mouth hidden?",
  not_human: "Is this no human: a drawing, statue, doll, mask?",
  watermark: "Does text or a mark lie over the picture?",
  not_face: "Is there no face in the picture?",
  same_picture: "Do both show the same picture?",
  keep: "Is the picture to be kept?",
};

function remembered() {
  try {
    return localStorage.getItem("fercurate-pixels") === "square";
  } catch {
    return false;
  }
}

function turnPixels() {
  const square = document.body.classList.toggle("square");
  try {
    localStorage.setItem("fercurate-pixels", square ? "square" : "smooth");
  } catch {
    // a browser that keeps nothing: the choice holds for this page
  }
}

function guarded(action) {
  return async (key) => {
    try {
      await action(key);
      showTrouble("");
    } catch (error) {
      showTrouble(`${error.message}. Nothing that was written is lost; try again.`);
    }
  };
}

async function start() {
  const about = await ask("/api/session");
  byId("question").textContent = QUESTIONS[about.question] || `${about.question}?`;
  byId("meaning").textContent = [
    `${about.queue} of ${about.store}, by ${about.author}`, about.blind ? "blind" : "",
  ].filter(Boolean).join(", ");
  document.body.dataset.view = about.view;
  document.body.classList.toggle("square", remembered());
  showProgress(about.progress);
  const view = about.view === "grid" ? new Grid(about) : new Single(about);
  const actions = [
    ...view.actions,
    { shown: "S", keys: ["s"], name: "smooth or square", run: turnPixels },
    { shown: "?", keys: ["?"], name: "help", run: () => showHelp(actions, about) },
  ].map((action) => ({ ...action, run: guarded(action.run) }));
  showKeys(actions.filter((action) => !action.hidden));
  listen(actions);
  await view.load();
  document.body.dataset.ready = "yes";
}

function listen(actions) {
  const known = new Map(actions.flatMap((action) => action.keys.map((key) => [key, action])));
  document.addEventListener("keydown", (event) => {
    if (isOpen() || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = known.get(key);
    const pressed = key === "Enter" || key === " ";
    if (!action || (pressed && event.target.closest("#keys button"))) return; // the button's own
    if (event.repeat && !key.startsWith("Arrow")) return;
    event.preventDefault();
    action.run(key);
  });
}

start().catch((error) => showTrouble(error.message));
