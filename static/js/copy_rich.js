// Gives a text a button that copies it with its italics: <div data-copy-rich="Copy the reference">…</div>.
// Without scripts the reader marks the text and copies by hand.
function plain(node) {
  const rows = node.querySelectorAll("li");
  if (rows.length === 0) return node.textContent.trim();
  const isNumbered = rows[0].parentElement.tagName === "OL";
  return [...rows].map((row, place) => `${isNumbered ? `${place + 1}. ` : ""}${row.textContent.trim()}`).join("\n");
}

async function copy(node) {
  if (window.ClipboardItem) {
    const whole = { "text/html": node.outerHTML, "text/plain": plain(node) };
    const forms = Object.entries(whole).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(forms))]);
  } else {
    await navigator.clipboard.writeText(plain(node));
  }
}

function withButton(node) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
  button.textContent = node.dataset.copyRich;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "app-soft app-small";
  button.addEventListener("click", async () => {
    try {
      await copy(node);
      told.textContent = " Copied";
    } catch {
      // A page that is not on https has no clipboard: mark the text, so that one key stroke copies it.
      getSelection().selectAllChildren(node);
      told.textContent = " Press Ctrl and C to copy";
    }
  });
  const line = document.createElement("p");
  line.className = "app-screen-only";
  line.append(button, told);
  node.after(line);
}

document.querySelectorAll("[data-copy-rich]").forEach(withButton);
