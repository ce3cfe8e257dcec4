// Keeps the filters open beside the results where the stylesheet alone cannot (browsers without ::details-content).
const wide = window.matchMedia("(min-width: 48.0625em)");

function follow() {
  document.querySelectorAll("[data-filters]").forEach((filters) => {
    filters.open = wide.matches;
  });
}

if (!CSS.supports("selector(::details-content)")) {
  follow();
  wide.addEventListener("change", follow);
}
