// Gives a read-only field a button that copies what stands in it: <input readonly data-copy="Copy the link">.
// Without scripts the reader marks the field and copies by hand.
function withButton(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small nhsuk-u-margin-top-2";
  button.textContent = field.dataset.copy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "app-soft app-small";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = " Copied";
    } catch {
      // A page that is not on https has no clipboard: mark the text, so that one key stroke copies it.
      field.select();
      told.textContent = " Press Ctrl and C to copy";
    }
  });
  field.after(button, told);
}

document.querySelectorAll("[data-copy]").forEach(withButton);
