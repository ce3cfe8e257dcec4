// Names what Django admin leaves without a name: the controls of inline tables take that of their column, and the
// search box its own. The empty row that "Add another" copies is named with the rest.
document.querySelectorAll(".tabular.inline-related table").forEach((table) => {
  const names = [...table.querySelectorAll("thead th:not(.original)")].map((heading) => heading.textContent.trim());
  const [original] = table.querySelectorAll("thead th.original");
  if (original) original.textContent = "Entry";
  table.querySelectorAll("tbody tr").forEach((row) => {
    row.querySelectorAll("td:not(.original)").forEach((cell, column) => {
      cell.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((control) => {
        if (!control.labels?.length) control.setAttribute("aria-label", names[column] ?? "");
      });
    });
  });
});
document.querySelector("#changelist-search #searchbar")?.setAttribute("aria-label", "Search");
