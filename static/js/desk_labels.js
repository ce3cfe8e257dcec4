// Names what Django admin leaves without a name: the controls of inline tables take that of their column, the search
// box its own, and the boxes that look for a thing (select2) that of the choice they stand for. The empty row that "Add
// another" copies is named with the rest.
document.querySelectorAll(".tabular.inline-related table").forEach((table) => {
  const names = [...table.querySelectorAll("thead th:not(.original)")].map((heading) => heading.textContent.trim());
  const [original] = table.querySelectorAll("thead th.original");
  if (original) original.textContent = "Entry";
  table.querySelectorAll("thead th").forEach((heading) => {
    // Where no row may be deleted, the last column has nothing in it.
    if (!heading.textContent.trim()) heading.replaceWith(document.createElement("td"));
  });
  table.querySelectorAll("tbody tr").forEach((row) => {
    row.querySelectorAll("td:not(.original)").forEach((cell, column) => {
      cell.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((control) => {
        if (!control.labels?.length) control.setAttribute("aria-label", names[column] ?? "");
      });
    });
  });
});
document.querySelector("#changelist-search #searchbar")?.setAttribute("aria-label", "Search");

const nameBoxes = () =>
  document.querySelectorAll(".select2-selection[aria-labelledby]").forEach((box) => {
    const choice = box.closest(".select2-container").previousElementSibling;
    const name = choice.ariaLabel ?? choice.labels?.[0]?.textContent.trim();
    const chosen = box.querySelector(".select2-selection__rendered");
    if (!name) return;
    box.setAttribute("aria-label", name);
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-describedby", chosen.id);
    chosen.setAttribute("aria-label", name);
  });
new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
