// The album's own script: the before/after slider, turning pages, and the slideshow. Without it the album is a plain gallery.
"use strict";
document.documentElement.classList.add("js");

const rightToLeft = () => document.documentElement.dir === "rtl";
const roomForWords = [208, 110]; // pixels across and down; the longest "before" and "after", in German, fill 170, and some fonts are wider
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function turnTo(way) {
  const link = document.querySelector(`.turn a[rel=${way}]`);
  if (link) location.replace(link.href); // the way back leads to the album, not through every photo seen
}

function startCompare(figure) {
  const range = figure.querySelector(".split");
  const handle = figure.querySelector(".handle");
  range.hidden = handle.hidden = false;
  new ResizeObserver(() => {
    const [width, height] = roomForWords;
    figure.classList.toggle("narrow", figure.clientWidth < width || figure.clientHeight < height);
  }).observe(figure);
  const show = () => figure.style.setProperty("--split", `${range.value}%`);
  const follow = (event) => {
    const box = figure.getBoundingClientRect();
    range.value = (100 * (event.clientX - box.left)) / box.width;
    show();
  };
  const near = (event) => {
    const box = figure.getBoundingClientRect();
    return Math.abs(event.clientX - box.left - (box.width * range.value) / 100) < 48;
  };
  figure.addEventListener("pointerdown", (event) => {
    // A finger far from the handle swipes to the next photo instead.
    if (event.button !== 0 || (event.pointerType === "touch" && !near(event))) return;
    event.preventDefault();
    event.stopPropagation();
    figure.classList.remove("glide");
    figure.setPointerCapture(event.pointerId);
    range.focus({ preventScroll: true, focusVisible: false });
    follow(event);
    figure.addEventListener("pointermove", follow);
  });
  figure.addEventListener("lostpointercapture", () => figure.removeEventListener("pointermove", follow));
  range.addEventListener("input", show);
  figure.toggleWhole = () => {
    figure.classList.toggle("glide", !calm.matches);
    range.value = range.value < 50 ? 100 : 0;
    show();
  };
  show();
}

function startPhoto() {
  const figure = document.querySelector(".compare");
  if (figure) startCompare(figure);
  for (const link of document.querySelectorAll(".turn a")) {
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      turnTo(link.rel);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const onSlider = document.activeElement?.classList.contains("split");
    if (event.key === "Escape") document.querySelector(".home").click();
    else if (event.key === " " && figure && !document.activeElement?.closest("a, button")) {
      event.preventDefault();
      figure.toggleWhole();
    } else if (onSlider) return;
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      turnTo((event.key === "ArrowRight") !== rightToLeft() ? "next" : "prev");
    }
  });
  let start = null;
  addEventListener("pointerdown", (event) => {
    start = event.isPrimary && event.pointerType === "touch" && !(visualViewport?.scale > 1) ? event : null;
  });
  addEventListener("pointerup", (event) => {
    if (!start || event.pointerId !== start.pointerId) return;
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) turnTo(x < 0 !== rightToLeft() ? "next" : "prev");
    start = null;
  });
}

function startSlideshow(dialog) {
  const links = [...document.querySelectorAll(".grid a")];
  const stage = dialog.querySelector(".stage");
  const button = (name) => dialog.querySelector(`[data-do=${name}]`);
  const screen = dialog.querySelector(".screen"); // browsers let no dialog fill the screen, but what is in it
  let [at, timer, paused, coming] = [0, 0, false, null];

  function layer(source, kind) {
    const image = new Image();
    image.className = kind;
    image.alt = "";
    image.src = source;
    return image;
  }
  async function show(index) {
    clearTimeout(timer);
    at = (index + links.length) % links.length;
    const { before, after } = links[at].dataset;
    const slide = document.createElement("div");
    coming = slide;
    slide.className = "slide";
    slide.append(layer(after, "after"), ...(before ? [layer(before, "before")] : []));
    await Promise.allSettled([...slide.children].map((image) => image.decode()));
    if (coming !== slide || !dialog.open) return;
    for (const old of stage.children) {
      old.classList.add("gone");
      setTimeout(() => old.remove(), 1200);
    }
    stage.append(slide);
    dialog.querySelector(".caption").textContent = links[at].querySelector(".caption")?.textContent ?? "";
    for (const source of Object.values(links[(at + 1) % links.length].dataset)) layer(source, "");
    if (!paused) timer = setTimeout(() => show(at + 1), 6500);
  }
  function pause(wanted) {
    paused = wanted;
    button("pause").setAttribute("aria-pressed", String(paused));
    dialog.classList.toggle("paused", paused);
    clearTimeout(timer);
    if (!paused) show(at + 1);
  }
  function open(index) {
    dialog.showModal();
    button("pause").focus({ focusVisible: false });
    at = index - 1;
    pause(false);
  }
  const actions = {
    back: () => show(at - 1),
    next: () => show(at + 1),
    pause: () => pause(!paused),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : screen.requestFullscreen()),
    close: () => dialog.close(),
  };
  for (const [name, action] of Object.entries(actions)) button(name).addEventListener("click", action);
  if (!screen.requestFullscreen) button("full").hidden = true;
  dialog.addEventListener("close", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    stage.replaceChildren();
    links[at].focus();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      actions[(event.key === "ArrowRight") !== rightToLeft() ? "next" : "back"]();
    } else if (event.key === "f") actions.full();
  });
  let still = 0;
  for (const sign of ["pointermove", "keydown", "pointerdown"]) {
    dialog.addEventListener(sign, () => {
      dialog.classList.remove("still");
      clearTimeout(still);
      still = setTimeout(() => dialog.classList.add("still"), 2500);
    });
  }
  const play = document.querySelector(".play");
  play.hidden = false;
  play.addEventListener("click", () => open(0));
}

addEventListener("DOMContentLoaded", () => {
  if (document.body.classList.contains("photo")) startPhoto();
  else startSlideshow(document.querySelector(".slideshow"));
});
