
"use strict";
(() => {
  const tiles = [...document.querySelectorAll(".tile")];
  if (!tiles.length) return;

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  /* Finding: by class, by source, by a part of the sample id. */
  const wanted = { class: "", source: "", id: "" };
  const status = make("p", { role: "status" });
  const show = () => {
    let count = 0;
    for (const tile of tiles) {
      const fits =
        (!wanted.class || tile.dataset.class === wanted.class) &&
        (!wanted.source || tile.dataset.source === wanted.source) &&
        tile.querySelector(".id").textContent.toLowerCase().includes(wanted.id);
      tile.hidden = !fits;
      count += fits;
    }
    const all = count === tiles.length;
    status.textContent = all ? "" : `${count.toLocaleString("en")} of ${tiles.length.toLocaleString("en")} pictures`;
  };
  const choice = (key, text) => {
    const names = [...new Set(tiles.map((tile) => tile.dataset[key]))].sort();
    const select = make("select", {}, make("option", { value: "", textContent: "all" }));
    select.append(...names.map((name) => make("option", { value: name, textContent: name })));
    select.addEventListener("change", () => { wanted[key] = select.value; show(); });
    return make("label", {}, text, select);
  };
  const search = make("input", { type: "search", autocomplete: "off", spellcheck: false });
  search.addEventListener("input", () => { wanted.id = search.value.trim().toLowerCase(); show(); });
  const finder = make("div", { className: "finder" });
  finder.setAttribute("role", "search");
  finder.append(choice("class", "Class"), choice("source", "Source"), make("label", {}, "Sample id", search), status);
  document.querySelector("nav").append(finder);

  /* Enlarging: the pictures of one gallery, one after the other. */
  const picture = make("img", { alt: "" });
  const about = make("p", { className: "about" });
  const button = (text, action) => {
    const made = make("button", { type: "button", textContent: text });
    made.addEventListener("click", action);
    return made;
  };
  let gallery = [];
  let place = 0;
  const turn = (step) => {
    place = (place + step + gallery.length) % gallery.length;
    const shown = gallery[place];
    picture.src = shown.src;
    picture.alt = shown.alt;
    about.textContent = `${place + 1} of ${gallery.length}: ${shown.alt}`;
  };
  const dialog = make("dialog", {}, picture, about, make("div", { className: "turn" },
    button("Previous", () => turn(-1)), button("Next", () => turn(1)), button("Close", () => dialog.close())));
  dialog.setAttribute("aria-label", "Enlarged picture");
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  document.body.classList.add("live");

  const enlarge = (image) => {
    gallery = [...image.closest(".tiles").querySelectorAll(".tile:not([hidden]) img")];
    place = gallery.indexOf(image);
    turn(0);
    dialog.showModal();
  };
  for (const tile of tiles) {
    const image = tile.querySelector("img");
    image.tabIndex = 0;
    image.setAttribute("role", "button");
    image.addEventListener("click", () => enlarge(image));
    image.addEventListener("keydown", (event) => {
      if (event.key === "Enter") enlarge(image);
    });
  }
})();
