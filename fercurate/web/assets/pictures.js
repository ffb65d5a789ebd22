// Pictures that were asked for, kept until they are no longer needed; drawn at their own size,
// enlarged by the style sheet.

import { picture } from "./server.js";

const KEPT = 200;
const known = new Map();

export function prefetch(ids) {
  for (const id of ids) {
    if (!known.has(id)) {
      const coming = picture(id);
      coming.catch(() => known.delete(id));
      known.set(id, coming);
    }
  }
  for (const id of known.keys()) {
    if (known.size <= KEPT) break;
    if (!ids.includes(id)) known.delete(id);
  }
}

export function canvasOf(id, name) {
  const figure = document.createElement("span");
  figure.className = "picture";
  const canvas = document.createElement("canvas");
  figure.append(canvas);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  canvas.width = canvas.height = 1;
  prefetch([id]);
  known.get(id).then(
    (bitmap) => {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      canvas.dataset.drawn = "yes";
    },
    (error) => {
      canvas.setAttribute("aria-label", `${name}: ${error.message}`);
      const said = document.createElement("span");
      said.className = "missing";
      said.textContent = error.message;
      figure.append(said);
    },
  );
  return figure;
}
