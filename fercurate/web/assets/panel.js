// What stands around the pictures: figures, keys, help, and what is known of one sample.

import { ask, spelled } from "./server.js";
import { canvasOf } from "./pictures.js";

export const byId = (id) => document.getElementById(id);

export function element(tag, text = "", classes = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (classes) made.className = classes;
  return made;
}

const count = (number) => number.toLocaleString("en");

export function showProgress(told) {
  const place = byId("progress");
  const { faults, recent, controls, left } = told; // a blind review of labels is told none of them
  const found = faults === undefined ? "" : `, ${count(faults)} found`;
  const lines = [`${count(told.answered)} of ${count(told.total)} answered${found}`];
  if (recent?.of) {
    lines.push(`of the last ${recent.of}, ${recent.faults} were found (${recent.low} to ${recent.high} %)`);
  }
  if (controls?.of) {
    lines.push(`of ${controls.of} random controls, ${controls.faults} (${controls.low} to ${controls.high} %)`);
  }
  if (left) {
    lines.push(`estimated left: ${count(left.value)} (${count(left.low)} to ${count(left.high)})`);
  }
  place.replaceChildren(...lines.map((line) => element("span", line)));
  if (told.stop) place.append(element("strong", "You may stop: what is left is rarely found."));
}

export function showTrouble(text) {
  const place = byId("trouble");
  place.textContent = text;
  place.hidden = !text;
}

export function say(text) {
  byId("said").textContent = text;
}

export function showKeys(actions) {
  const buttons = actions.map((action) => {
    const button = element("button");
    button.type = "button";
    button.append(element("kbd", action.shown), element("span", action.name));
    button.addEventListener("click", () => {
      button.blur();
      action.run();
    });
    if (action.id) button.id = action.id;
    if (action.kind) button.className = action.kind;
    return button;
  });
  byId("keys").replaceChildren(...buttons);
}

function openPanel(title, ...content) {
  byId("panel-title").textContent = title;
  byId("panel-body").replaceChildren(...content);
  byId("panel").showModal();
}

export function isOpen() {
  return byId("panel").open;
}

export function showHelp(actions, about) {
  const list = element("dl", "", "help");
  for (const action of actions) {
    list.append(element("dt", action.shown), element("dd", action.help || action.name));
  }
  const where = `Answers about ${about.store} go to ${about.file}, as those of ${about.author}. `
    + "Each is on disk before the next picture shows. Close the page when you like: it goes on "
    + "where it stopped.";
  openPanel("Keys", list, element("p", where));
}

function table(title, values) {
  const rows = Object.entries(values);
  if (!rows.length) return [];
  const made = element("table");
  made.append(element("caption", title));
  for (const [name, value] of rows) {
    const row = element("tr");
    row.append(element("th", name), element("td", String(value)));
    made.append(row);
  }
  return [made];
}

export async function showCells(open) {
  const { cells } = await ask("/api/cells");
  const labels = [...new Set(cells.map(([label]) => label))];
  const guesses = [...new Set(cells.map(([, guess]) => guess))].sort();
  const counts = new Map(cells.map(([label, guess, number]) => [`${label}:${guess}`, number]));
  const made = element("table", "", "cells");
  made.append(element("caption", "rows: label; columns: what may be right"));
  const head = element("tr");
  head.append(element("th"), ...guesses.map((guess) => element("th", guess)));
  made.append(head);
  for (const label of labels) {
    const row = element("tr");
    row.append(element("th", label));
    for (const guess of guesses) {
      const place = element("td");
      const number = counts.get(`${label}:${guess}`);
      if (number) place.append(cellButton(String(number), `${label} to ${guess}`, () => open([label, guess])));
      row.append(place);
    }
    made.append(row);
  }
  openPanel("Open a cell as a queue", made, cellButton("all", "all cells", () => open(["", ""])));
}

function cellButton(text, name, run) {
  const button = element("button", text);
  button.type = "button";
  button.setAttribute("aria-label", name);
  button.addEventListener("click", () => {
    byId("panel").close();
    run();
  });
  return button;
}

function strip(title, samples) {
  if (!samples.length) return [];
  const shown = element("div", "", "strip");
  for (const one of samples) {
    const figure = element("figure");
    figure.append(canvasOf(one.id, one.id), element("figcaption", one.label || one.id));
    shown.append(figure);
  }
  return [element("h3", title), shown];
}

export async function showDetails(id, about) {
  if (about.blind) {
    say("a blind review shows nothing before the answer");
    return;
  }
  const told = await ask(`/api/details?id=${spelled(id)}`);
  const from = [told.source, told.split].filter(Boolean).join(", ");
  openPanel(
    told.id,
    element("p", `${from}; label: ${told.label || "none"}`),
    ...table("FER+ votes", told.votes),
    ...table("scores", told.scores),
    ...strip("copies", told.copies),
    ...strip("near pictures", told.neighbors),
  );
}
