// Keeps an open page fresh without touching what somebody is typing. Everything here is a comfort: forms work without it.
"use strict";

const page = document.body.dataset;
const status = document.getElementById("status");
const news = "BroadcastChannel" in window ? new BroadcastChannel("lianzhu-desk") : null;
const MINUTE = 60000;
let alarms = countAlarms();
let running = false;
let again = false;

function countAlarms() {
  const found = document.getElementById("alarms");
  return found ? Number((found.textContent.match(/\d+/) || [0])[0]) : 0;
}

function tell(key) {
  const words = key ? status.dataset[key] : "";
  if (status.textContent !== words) status.textContent = words;
}

// A form is busy while somebody is in it, or while anything stands in it: also what came back after a refusal.
function busy(node) {
  if (node.contains(document.activeElement) && document.activeElement.matches("textarea, input")) return true;
  const fields = [...node.querySelectorAll("textarea, input:not([type=hidden])")];
  return fields.some((field) => field.type === "radio" ? field.checked : field.value);
}

function playing(node) {
  return [...node.querySelectorAll("audio, video")].some((player) => !player.paused);
}

function focusables(node) {
  return [...node.querySelectorAll("a, button, summary")];
}

// The same element of the fresh page, put in place of the old one; the keyboard stays where it was.
function replace(old, fresh) {
  const place = focusables(old).indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (place >= 0) (focusables(fresh)[place] || fresh).focus({ preventScroll: true });
}

// Parts are told apart by their id: equal ones stay untouched, the others are renewed, new ones come in, gone ones go.
function merge(region, fresh) {
  const kept = new Map([...region.children].map((child) => [child.id, child]));
  let held = false;
  let before = null;
  for (const next of [...fresh.children]) {
    let node = kept.get(next.id);
    kept.delete(next.id);
    if (!node) {
      node = document.adoptNode(next);
      before ? before.after(node) : region.prepend(node);
    } else {
      if (node.tagName === "DETAILS") next.open = node.open;
      if (!node.isEqualNode(next)) {
        if (node.id.startsWith("act-") ? busy(node) : playing(node)) {
          held = true;
        } else if (node.querySelector(":scope > ul.rows")) {
          held = mergeSection(node, next) || held;
        } else {
          const renewed = document.adoptNode(next);
          replace(node, renewed);
          node = renewed;
        }
      }
      if (node.previousElementSibling !== before) before ? before.after(node) : region.prepend(node);
    }
    before = node;
  }
  for (const gone of kept.values()) {
    if (gone.id.startsWith("act-") && busy(gone)) held = true;
    else gone.remove();
  }
  return held;
}

// A list with its heading: the rows one by one, so that the one under the finger does not jump.
function mergeSection(section, next) {
  const rows = next.querySelector(":scope > ul.rows");
  if (!rows) {
    replace(section, document.adoptNode(next));
    return false;
  }
  const [heading, fresh] = [section.firstElementChild, next.firstElementChild];
  if (heading.textContent !== fresh.textContent) heading.textContent = fresh.textContent;
  return merge(section.querySelector(":scope > ul.rows"), rows);
}

async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    const answer = await fetch(page.page, { headers: { "X-Desk-Live": "1" }, cache: "no-store" });
    if (answer.status === 401) tell("out");
    else if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    tell("lost");
  }
  running = false;
  if (again) {
    again = false;
    refresh();
  }
}

function show(doc) {
  let held = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = doc.querySelector(`[data-live="${region.dataset.live}"]`);
    if (fresh) held = merge(region, fresh) || held;
  }
  document.title = doc.title;
  page.change = doc.body.dataset.change;
  const count = countAlarms();
  // The alarm stands until somebody has accepted, not only until the next small change.
  const alarmed = count > alarms || (count > 0 && status.textContent === status.dataset.alarm);
  tell(alarmed ? "alarm" : held ? "changed" : "");
  alarms = count;
}

function heard(count) {
  if (count !== page.change) refresh();
  else if (status.textContent === status.dataset.lost) tell("");
}

function listen() {
  const stream = new EventSource("/desk/events");
  stream.addEventListener("change", (event) => {
    if (news) news.postMessage(event.data);
    heard(event.data);
  });
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED) {
      tell("lost");
      return;
    }
    // Refused, not cut off: the browser will not come back by itself. Signed out or not, the page itself tells.
    refresh();
    setTimeout(listen, MINUTE / 4);
  };
}

// Of many open tabs one listens and tells the others: a browser opens only six lines to one house.
if (news && navigator.locks) {
  news.onmessage = (event) => heard(event.data);
  navigator.locks.request("lianzhu-desk", () => {
    listen();
    return new Promise(() => {});
  });
} else {
  listen();
}
// Ages grow even when nothing happens.
setInterval(() => { if (!document.hidden) refresh(); }, MINUTE);

document.addEventListener("submit", (event) => {
  // A second press of an impatient finger would be refused as already done.
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type !== "file") return;
  const files = [...field.files];
  const large = files.length > Number(field.dataset.count) || files.some((file) => file.size > Number(field.dataset.limit));
  field.setCustomValidity(large ? status.dataset.large : "");
  if (large) field.reportValidity();
});
