// What needs a script: files that are dropped, progress that moves by itself, Today without loading it anew, single keys
// on it, half-filled forms.
// Without it the same pages work: a file is chosen and sent, the progress page loads itself again.
"use strict";

document.documentElement.classList.add("js");

/** 1,234,567 bytes as people say it. */
function size(bytes) {
  if (bytes < 1000) return bytes + " bytes";
  const units = ["kB", "MB", "GB"];
  let value = bytes;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return value.toFixed(value < 10 ? 1 : 0) + " " + units[unit];
}

function dropZone(form) {
  const input = form.querySelector('input[type="file"]');
  const told = form.querySelector("[data-told]");
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const largest = Number(form.dataset.largest);

  function tell(text) {
    told.textContent = text;
  }

  function chosen() {
    const files = [...input.files];
    if (files.length === 0) {
      tell("");
      return;
    }
    const total = files.reduce((sum, file) => sum + file.size, 0);
    tell(files.map((file) => file.name).join(", ") + ": " + size(total));
  }

  function send() {
    const files = [...input.files];
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length === 0) {
      tell("Choose a file first.");
      input.focus();
      return;
    }
    if (total > largest) {
      tell("This is " + size(total) + "; at most " + size(largest) + " may be dropped here. Use plumb import FILE instead.");
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.classList.remove("hidden");
      bar.max = event.total;
      bar.value = event.loaded;
      tell("Sending: " + size(event.loaded) + " of " + size(event.total));
    });
    request.addEventListener("load", () => {
      if (request.status < 300 && request.responseURL) {
        location.assign(request.responseURL);
        return;
      }
      // The answer is a page that says what is wrong and what to do; show its words here.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const words = page.querySelector("main [data-refusal]");
      tell(words ? words.textContent : "The file was not taken (" + request.status + ").");
      bar.classList.add("hidden");
      button.disabled = false;
    });
    request.addEventListener("error", () => {
      tell("The connection broke. The file was not taken; try again.");
      bar.classList.add("hidden");
      button.disabled = false;
    });
    button.disabled = true;
    request.send(new FormData(form));
  }

  input.addEventListener("change", chosen);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    chosen();
    send();
  });
}

function progress(part) {
  const bar = part.querySelector("progress");
  const told = part.querySelector("[data-told]");
  const events = new EventSource(part.dataset.events);
  events.addEventListener("step", (event) => {
    const step = JSON.parse(event.data);
    told.textContent = step.told;
    if (step.total > 0) {
      bar.max = step.total;
      bar.value = step.read;
    } else {
      bar.removeAttribute("value");
    }
    if (step.finished) {
      events.close();
      location.assign(step.next);
    }
  });
  events.addEventListener("error", () => {
    // The server went away or the session ended: loading the page again says which.
    events.close();
    setTimeout(() => location.reload(), 3000);
  });
}

for (const form of document.querySelectorAll("form[data-drop]")) dropZone(form);
for (const part of document.querySelectorAll("[data-events]")) progress(part);

/** Acts on Today exchange its day in place: focus stays where the thing stood, and what happened is read out. */
function inPlace(happened) {
  const things = () => [...document.querySelectorAll(".waiting > li")];
  let at = 0;

  document.addEventListener("htmx:before:request", (event) => {
    at = Math.max(things().indexOf(event.target.closest?.(".waiting > li")), 0);
    happened.textContent = "";
    happened.className = "visually-hidden";
  });
  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement !== document.body) return;
    // What was refused is a whole page: its first wrong field, else the page.
    const left = things();
    const next = document.querySelector("main [aria-invalid]") || left[Math.min(at, left.length - 1)] || document.getElementById("main");
    if (!next.matches("input, select, textarea, main")) next.tabIndex = -1;
    next.focus();
  });
  document.addEventListener("htmx:error", () => {
    happened.className = "notice warn";
    happened.textContent = "The server did not answer, so it is not known whether this was kept. Load the page again to see.";
  });
}

const happened = document.getElementById("happened");
if (happened) inPlace(happened);

/** Single keys on Today: for the thing that is marked, else for the first that takes them. */
function keys() {
  // The day is exchanged as a whole, so it is looked up anew each time.
  const items = () => [...document.querySelectorAll("[data-keys] [data-item]")];
  const marked = () => document.activeElement.closest("[data-item]");

  function step(by) {
    const all = items();
    if (all.length === 0) return;
    const at = all.indexOf(marked());
    all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)].focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, textarea")) return;
    const key = event.key.toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    if (key === "j" || key === "k") {
      step(key === "j" ? 1 : -1);
      event.preventDefault();
      return;
    }
    const item = marked() || items()[0];
    const name = '[data-key="' + key + '"]';
    // "u" and "i" belong to the page, the verdicts to a thing.
    const found = (item && item.querySelector(name)) || (/[ui]/.test(key) && document.querySelector(name));
    if (!found) return;
    event.preventDefault();
    if (found.tagName === "DETAILS") {
      found.open = true;
      (found.querySelector('select, input:not([type="hidden"])') || found.querySelector("summary")).focus();
    } else {
      found.click();
    }
  });
  if (location.hash === "#waiting" && items().length > 0) items()[0].focus();
}

if (document.querySelector("[data-keys]")) keys();

/** Half-filled forms stay on this device, in this browser, until they are sent or a month is over. */
const KEPT = "plumb-form-";
const KEPT_FOR_MS = 31 * 24 * 3600 * 1000;

function kept(key) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT + key));
    return found && Date.now() - found.at < KEPT_FOR_MS ? found.fields : null;
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(KEPT + key);
  } catch {
    // Nothing is kept where nothing can be.
  }
}

/** A form that is long: how far it is, and what was filled in when the page was left. */
function longForm(form) {
  const key = form.dataset.keep;
  const bar = form.querySelector("progress");
  const told = form.querySelector("[data-told]");
  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const groups = new Set(fields().filter((field) => field.type === "radio").map((field) => field.name));

  function count() {
    const done = [...groups].filter((name) => form.querySelector('input[name="' + CSS.escape(name) + '"]:checked')).length;
    bar.value = done;
    told.textContent = done + " of " + groups.size + " answered";
  }

  function keep() {
    const values = {};
    for (const field of fields()) {
      if (field.type === "radio" ? field.checked : field.value.trim() !== "") values[field.name] = field.value;
    }
    try {
      localStorage.setItem(KEPT + key, JSON.stringify({ at: Date.now(), fields: values }));
    } catch {
      // A browser that keeps nothing: the form works all the same.
    }
  }

  const before = kept(key);
  // What the server sent back was typed last, so it wins.
  const fresh = !fields().some((field) => (field.type === "radio" ? field.checked : field.value.trim() !== ""));
  if (before && fresh) {
    for (const field of fields()) {
      if (!(field.name in before)) continue;
      if (field.type === "radio") field.checked = field.value === before[field.name];
      else field.value = before[field.name];
    }
  }
  form.addEventListener("input", () => {
    keep();
    count();
  });
  form.querySelector("[data-forget-kept]").addEventListener("click", () => {
    forget(key);
    form.reset();
    count();
  });
  count();
}

for (const form of document.querySelectorAll("form[data-keep]")) longForm(form);
for (const part of document.querySelectorAll("[data-forget]")) forget(part.dataset.forget);
