// Warns of duplicates while somebody describes a work: <form data-duplicates="/address/"> and, anywhere on the page, an
// element with the id "duplicates". After a pause in typing the address is asked with the fields named below; what it
// answers, a piece of a page, becomes the element's content. Without scripts the server fills it after each save.
const PAUSE = 600;
const ASKED = ["title", "doi", "pmid", "issued", "type"];
const TRIGGERS = ["title", "doi", "pmid"];

function watch(form, region) {
  let timer = 0;
  let asking = null;
  let last = "";

  // Screen readers are told how many there are; the tables themselves are read when somebody goes there.
  const says = document.createElement("p");
  says.className = "nhsuk-u-visually-hidden";
  says.setAttribute("role", "status");
  region.before(says);

  async function look() {
    const address = new URL(form.dataset.duplicates, document.baseURI);
    const fields = new FormData(form);
    ASKED.forEach((name) => address.searchParams.set(name, String(fields.get(name) ?? "").trim()));
    const authors = [...form.querySelectorAll("[data-duplicates-author]")].map((input) => input.value.trim());
    address.searchParams.set("authors", authors.filter(Boolean).join("; "));
    if (address.href === last) return;
    last = address.href;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
      region.replaceChildren(...piece.body.childNodes);
      const number = region.querySelectorAll(".app-compare").length;
      says.textContent = number ? `${number} possible duplicate${number === 1 ? "" : "s"} found. See “Is it one of these?”` : "";
    } catch (error) {
      if (error.name !== "AbortError") last = "";
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (!TRIGGERS.includes(target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

const region = document.getElementById("duplicates");
document.querySelectorAll("form[data-duplicates]").forEach((form) => region && watch(form, region));
