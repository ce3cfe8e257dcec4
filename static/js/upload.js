// Sends files one by one and shows how far each is: <form data-upload="/address/" data-upload-renews="id"
// data-upload-most="bytes"> with one file input. Each answer says as JSON what was added or refused; then the element of
// that id is fetched anew. Without scripts the form sends all files at once.
const line = (list, text) => {
  const item = document.createElement("li");
  item.append(text);
  list.append(item);
  return item;
};

// What cannot be seen is left out of a name: some of it would turn the words after it round.
const shown = (name) => name.replace(/[\p{Cc}\p{Cf}]/gu, "");

function send(form, file, item) {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${shown(file.name)}`);
  item.append(" ", bar);
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("do", "add");
  body.append("uploads", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (text) => {
      bar.remove();
      item.textContent = `${shown(file.name)}: ${text}`;
      resolve();
    };
    request.open("POST", form.dataset.upload);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
      if (event.loaded === event.total) bar.removeAttribute("value"); // all is sent; now the portal looks into it
    });
    request.addEventListener("load", () => {
      const answer = request.response;
      if (answer?.added?.length) end(`added${answer.added[0] === file.name ? "" : ` as ${answer.added[0]}`}.`);
      else end(answer?.refused?.[0] ?? "not added. Reload the page, and try again.");
    });
    request.addEventListener("error", () => end("not added: the connection broke off. Try again."));
    request.send(body);
  });
}

const isChanged = ({ options, value, defaultValue }) =>
  options ? [...options].some((option) => option.selected !== option.defaultSelected) : value !== defaultValue;

// What was typed about a file and is not saved yet is kept, together with what its writer had seen before.
function keep(form, part) {
  const fields = [...form.querySelectorAll("input, select")];
  if (!fields.some(isChanged)) return;
  const renewed = part.querySelector(`#${form.closest("[id^=file-]").id} form`);
  fields.forEach(({ name, value }) => {
    const field = renewed?.elements.namedItem(name);
    if (field) field.value = value;
  });
}

async function renew(id) {
  const answer = await fetch(window.location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById(id);
  if (!part) return;
  const old = document.getElementById(id);
  old.querySelectorAll("form").forEach((form) => keep(form, part));
  old.replaceWith(part);
}

function attach(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  const list = document.createElement("ul");
  list.className = "nhsuk-list";
  region.append(list);
  form.append(region);
  let sending = false;
  const sendAll = async (files) => {
    if (sending || !files.length) return;
    sending = true;
    button.disabled = true;
    list.replaceChildren();
    for (const file of files) {
      const item = line(list, shown(file.name));
      if (file.size > Number(form.dataset.uploadMost)) item.textContent = `${shown(file.name)}: this file is too large.`;
      else await send(form, file, item);
    }
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true })); // the field's own words follow
    await renew(form.dataset.uploadRenews);
    button.disabled = false;
    sending = false;
  };
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return; // the server says what is missing
    event.preventDefault();
    sendAll([...input.files]);
  });
}

document.querySelectorAll("form[data-upload]").forEach(attach);
