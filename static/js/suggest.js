// Suggests while somebody types, in any <input data-suggest="/address/">, also in one that is added to the page later:
// the address gets ?q= and answers {"suggestions": [{value, label, key}, …]}. What is chosen goes into the input, and
// its key into the hidden input that data-suggest-key names (by name in the same form, or by id); typing on empties
// that again. Built as the combobox with a list box of the ARIA Authoring Practices (WAI-ARIA 1.2); without scripts the
// input is a plain one.
const PAUSE = 200;
const FEWEST_LETTERS = 2;

let number = 0;
let open = null; // { input, list, rows, active }
let asking = null;
let timer = 0;

const says = document.createElement("p");
says.className = "nhsuk-u-visually-hidden";
says.setAttribute("role", "status");
document.body.append(says);

function prepare(input) {
  if (input.getAttribute("role") === "combobox") return;
  number += 1;
  input.setAttribute("role", "combobox");
  input.setAttribute("autocomplete", "off");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", `suggestions-${number}`);
}

function keyOf(input) {
  const name = input.dataset.suggestKey;
  if (!name) return null;
  return input.form?.elements.namedItem(name) ?? document.getElementById(name);
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  asking = null;
  if (!open) return;
  open.input.setAttribute("aria-expanded", "false");
  open.input.removeAttribute("aria-activedescendant");
  open.list.remove();
  open = null;
}

function show(input, rows) {
  close();
  says.textContent = rows.length
    ? `${rows.length} suggestion${rows.length === 1 ? "" : "s"}. Use the up and down arrows to choose.`
    : "No suggestions. You can go on typing.";
  if (!rows.length) return;
  const list = document.createElement("ul");
  list.id = input.getAttribute("aria-controls");
  list.className = "app-suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  rows.forEach((row, index) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.className = "app-suggest__row";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = row.label;
    list.append(item);
  });
  input.after(list);
  input.setAttribute("aria-expanded", "true");
  open = { input, list, rows, active: -1 };
}

function activate(index) {
  const items = [...open.list.children];
  open.active = (index + items.length) % items.length;
  items.forEach((item, position) => item.setAttribute("aria-selected", String(position === open.active)));
  open.input.setAttribute("aria-activedescendant", items[open.active].id);
  items[open.active].scrollIntoView({ block: "nearest" });
}

function choose(index) {
  const { input, rows } = open;
  const row = rows[index];
  close();
  input.value = row.value;
  const key = keyOf(input);
  if (key) key.value = row.key;
  says.textContent = `${row.label} chosen.`;
  input.dispatchEvent(new CustomEvent("suggest:chosen", { bubbles: true, detail: row }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function ask(input) {
  const address = new URL(input.dataset.suggest, document.baseURI);
  address.searchParams.set("q", input.value.trim());
  asking?.abort();
  const request = new AbortController();
  asking = request;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: request.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const { suggestions } = await answer.json();
    if (asking === request && document.activeElement === input) show(input, suggestions);
  } catch {
    // The field works without suggestions; a request that a later one replaced ends here too.
    if (asking === request) close();
  }
}

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("input[data-suggest]")) prepare(target);
});

document.addEventListener("focusout", ({ target }) => {
  if (open?.input === target || target.matches?.("input[data-suggest]")) close();
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("input[data-suggest]")) return;
  prepare(target);
  const key = keyOf(target);
  if (key) key.value = "";
  clearTimeout(timer);
  if (target.value.trim().length < FEWEST_LETTERS) {
    close();
    return;
  }
  timer = setTimeout(() => ask(target), PAUSE);
});

document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.input || event.isComposing) return;
  if (event.key === "ArrowDown") activate(open.active + 1);
  else if (event.key === "ArrowUp") activate(open.active === -1 ? -1 : open.active - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && open.active >= 0) choose(open.active);
  else return;
  event.preventDefault();
});

// The list must not take the focus from the input, which would close it before the click arrives.
document.addEventListener("mousedown", (event) => {
  if (open?.list.contains(event.target)) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const item = target.closest?.(".app-suggest__row");
  if (open && item && open.list.contains(item)) choose([...open.list.children].indexOf(item));
});
