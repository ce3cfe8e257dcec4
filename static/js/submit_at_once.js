// Sends a form as soon as its page is open: <form data-submit-at-once>. The page is one that somebody opened by a link
// that says what they want, and its button does the same where scripts do not run. A page that is shown again by the
// browser's Back button is left alone: its form was sent.
const [visit] = performance.getEntriesByType("navigation");

if (visit?.type !== "back_forward") {
  document.querySelector("form[data-submit-at-once]")?.requestSubmit();
}
