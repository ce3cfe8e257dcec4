// Renews the parts of a page that are still under way: <div id="job" data-poll="/address/" data-poll-seconds="2">.
// The address answers with a page (or a piece of one) that holds an element of the same id; once that element
// carries no data-poll, the work is over and the asking stops. Without scripts the reader reloads the page.
const SECONDS = 2;
const GIVE_UP_AFTER = 5;

function later(element, failures = 0) {
  const seconds = Number(element.dataset.pollSeconds) || SECONDS;
  setTimeout(() => renew(element, failures), seconds * 1000 * (failures + 1));
}

async function renew(element, failures) {
  try {
    const answer = await fetch(element.dataset.poll, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(element.id);
    if (!fresh) throw new Error("the answer holds no such part");
    element.replaceWith(fresh);
    if (fresh.dataset.poll) later(fresh);
  } catch {
    if (failures < GIVE_UP_AFTER) later(element, failures + 1);
  }
}

document.querySelectorAll("[data-poll]").forEach((element) => later(element));
