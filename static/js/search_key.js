// Moves to the search box when Control and its key are pressed together. A key by itself would be quicker, but it
// would also fire for people who speak to their computer (WCAG 2.2, success criterion 2.1.4).
const box = document.querySelector("[data-search-key]");

if (box) {
  box.setAttribute("aria-keyshortcuts", `Control+${box.dataset.searchKey}`);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === box.dataset.searchKey) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}
