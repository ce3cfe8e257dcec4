// Adds, removes and moves rows of a form without asking the server: <div data-rows="authors"> holds rows [data-row], each
// with buttons [data-row-up], [data-row-down] and [data-row-remove], and after them one button [data-row-add]. Every
// row sends its values under the same names; ids end in the row's number, counted from 0.
function rowsOf(list) {
  return [...list.querySelectorAll("[data-row]")];
}

function number(list) {
  rowsOf(list).forEach((row, index) => {
    row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+$/, index + 1));
    row.querySelectorAll("[data-row-number]").forEach((place) => {
      place.textContent = index + 1;
    });
    row.querySelectorAll("[id], [for], [data-suggest-key]").forEach((part) => {
      ["id", "for", "data-suggest-key"].forEach((name) => {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(/\d+$/, index));
      });
    });
  });
}

function add(list) {
  const rows = rowsOf(list);
  const row = rows.at(-1).cloneNode(true);
  row.querySelectorAll("input, textarea").forEach((input) => {
    input.value = "";
    // What a suggestion list left on the input belongs to the old row.
    ["role", "aria-controls", "aria-expanded", "aria-autocomplete", "aria-activedescendant"].forEach((name) =>
      input.removeAttribute(name),
    );
  });
  row.querySelectorAll("[role=listbox]").forEach((suggestions) => suggestions.remove());
  row.querySelectorAll("select").forEach((select) => {
    select.selectedIndex = 0;
  });
  rows.at(-1).after(row);
  return row;
}

function remove(list, row) {
  if (rowsOf(list).length === 1) add(list);
  const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
  row.remove();
  return next;
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("[data-row-add], [data-row-remove], [data-row-up], [data-row-down]");
  const list = pressed?.closest("[data-rows]");
  if (!list) return;
  event.preventDefault();
  const row = pressed.closest("[data-row]");
  let goTo = null;
  if ("rowAdd" in pressed.dataset) goTo = add(list);
  else if ("rowRemove" in pressed.dataset) goTo = remove(list, row);
  else if ("rowUp" in pressed.dataset && row.previousElementSibling?.matches("[data-row]")) row.previousElementSibling.before(row);
  else if ("rowDown" in pressed.dataset && row.nextElementSibling?.matches("[data-row]")) row.nextElementSibling.after(row);
  number(list);
  (goTo?.querySelector("input") ?? pressed).focus();
  list.dispatchEvent(new Event("change", { bubbles: true }));
});
