// The deposit form: shows the fields of the chosen type at once (every [data-types] of the form), and saves a draft as
// one goes, if the form has data-autosave. A press of a button waits for the saving that is under way, so that a form
// never runs into its own draft. Without scripts the buttons do all of this.
const PAUSE = 4000; // after the last key
const LEFT = 600; // after a field is left

const form = document.querySelector("form[data-deposit]");

function showFieldsOf(type) {
  form.querySelectorAll("[data-types]").forEach((part) => {
    const types = part.dataset.types.split(" ").filter(Boolean);
    part.hidden = types.length > 0 && !types.includes(type);
  });
}

function followType() {
  const select = form.elements.namedItem("type");
  select.addEventListener("change", () => showFieldsOf(select.value));
  form.querySelectorAll("[data-without-scripts]").forEach((part) => part.remove());
}

function autosave() {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let underWay = null;
  let isStopped = false;
  let changes = 0;
  let saved = 0;

  const group = (name) => {
    const control = form.elements.namedItem(name) ?? form.elements.namedItem(`${name}_day`);
    return (control instanceof RadioNodeList ? control[0] : control)?.closest(".nhsuk-form-group");
  };

  function tell(errors) {
    form.querySelectorAll("[data-not-saved]").forEach((line) => line.remove());
    Object.entries(errors).forEach(([name, text]) => {
      const place = group(name);
      if (!place || place.querySelector(".nhsuk-error-message")) return; // the page that was sent says it already
      const line = document.createElement("p");
      line.className = "nhsuk-error-message";
      line.dataset.notSaved = name;
      line.textContent = `${text} (This is not saved yet.)`;
      place.append(line);
    });
  }

  async function send(options) {
    const number = changes;
    const body = new FormData(form);
    body.set("do", "autosave");
    try {
      // A session that has ended would lead to the page for signing in, which is no answer.
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", ...options });
      if (answer.status === 409) {
        isStopped = true;
        status.textContent = (await answer.json()).text;
        return;
      }
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        status.textContent = "Not saved: you are signed out. Sign in again in another tab, then go on here.";
        return;
      }
      if (!answer.ok) throw new Error(answer.statusText);
      const { text, seen, errors } = await answer.json();
      form.elements.namedItem("seen").value = seen;
      saved = number;
      tell(errors);
      status.textContent = Object.keys(errors).length ? `${text} What is marked is not saved yet.` : text;
    } catch {
      status.textContent = "Not saved: the portal does not answer. Your text is still here, and is tried again when you go on.";
    }
  }

  async function save(options) {
    clearTimeout(timer);
    if (underWay) await underWay;
    if (isStopped || changes === saved) return;
    underWay = send(options);
    await underWay;
    underWay = null;
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => save(), milliseconds);
  }

  form.addEventListener("input", () => {
    changes += 1;
    later(PAUSE);
  });
  form.addEventListener("change", () => {
    changes += 1;
    later(LEFT);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    isStopped = true;
    if (!underWay) return;
    event.preventDefault();
    await underWay;
    form.requestSubmit(event.submitter);
  });
  // Whoever follows a link before the pause is over (to the files, say) leaves nothing behind. The first event comes
  // before the next page is asked for; some browsers of telephones know the second one only.
  ["beforeunload", "pagehide"].forEach((name) => window.addEventListener(name, () => save({ keepalive: true })));
  // Back from another page by the browser's own button: what is saved may be newer than what the browser has kept.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.replace(window.location.href);
  });
}

if (form) {
  followType();
  if ("autosave" in form.dataset) autosave();
}
