// Tells the stylesheets that scripts run, then starts the behaviours of the NHS.UK frontend.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

// The address carries the file's fingerprint, so it comes from the page and is not written here.
const { initAll } = await import(document.querySelector("link[data-nhsuk]").href);
initAll();
