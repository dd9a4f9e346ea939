// Speaks with the service: labels, reading with progress and cancelling, downloads, problems.

const KEPT = "huibao.key";
const PATIENCE = 20000; // milliseconds after which an answer is no longer waited for
let key = rememberedKey();

/** Keeps the API key for this tab. */
export function setKey(value) {
  key = value;
  try {
    sessionStorage.setItem(KEPT, value);
  } catch {
    // it is then only kept until the page is left
  }
}

/** The label sets of the service. Throws a problem. */
export async function fetchLabels() {
  const answer = await asked("v1/labels", {});
  return answer.json();
}

/** What the service answers to a request in JSON, null where it says nothing. Throws a problem. */
export async function askJson(where, method = "GET", said = undefined) {
  const impatience = new AbortController();
  const waiting = setTimeout(() => impatience.abort(), PATIENCE);
  const body = said === undefined ? {} : { body: JSON.stringify(said), headers: { "Content-Type": "application/json" } };
  try {
    const answer = await asked(where, { method, ...body, signal: impatience.signal });
    const told = await answer.text();
    return told ? JSON.parse(told) : null;
  } catch (fault) {
    throw "status" in fault ? fault : problem(0, {});
  } finally {
    clearTimeout(waiting);
  }
}

/** A file of the service as a blob. Throws a problem. */
export async function fetchFile(where) {
  return (await asked(where, {})).blob();
}

/**
 * Reads one source, `{name, file}` or `{name, text}`.
 * Returns `{answer, timing, cancel}`: a promise, and what stops it.
 */
export function startReading(source, { persons, onSent }) {
  const request = new XMLHttpRequest();
  const promise = new Promise((resolve, reject) => {
    request.open("POST", address(persons ? { persons: "true" } : {}));
    const { body, headers } = bodyOf(source);
    for (const [name, value] of Object.entries({ ...headers, ...authority() })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onSent(event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => onSent(1));
    request.addEventListener("error", () => reject(problem(0, {})));
    request.addEventListener("abort", () => reject(problem(0, { cancelled: true })));
    request.addEventListener("load", () => {
      const told = parsed(request.responseText);
      const id = request.getResponseHeader("X-Request-ID");
      const wait = Number(request.getResponseHeader("Retry-After")) || null;
      if (request.status < 200 || request.status > 299) {
        reject(problem(request.status, { ...told, id, wait }));
      } else if (told === null) {
        reject(problem(0, { type: "unreadable", id }));
      } else {
        resolve({ answer: told, id, timing: timings(request.getResponseHeader("Server-Timing")) });
      }
    });
    request.send(body);
  });
  return { promise, cancel: () => request.abort() };
}

/** The same source in another format, as a blob. Throws a problem. */
export async function fetchRendering(source, format, { persons }) {
  const query = persons ? { format, persons: "true" } : { format };
  const answer = await asked(address(query), { method: "POST", ...bodyOf(source) });
  return answer.blob();
}

/**
 * What went wrong, in the terms of the page.
 * `name` is the last part of the problem's type, or the reason of the reader, or the status; `now`
 * what a conflict found in the place of what the page knew.
 */
export function problem(status, told) {
  const type = String(told.reason ?? told.type ?? "").split(/[/#]/).filter(Boolean).pop() ?? "";
  return {
    status,
    name: type.replace(/-/g, "_"),
    title: told.title ?? "",
    detail: told.detail ?? "",
    id: told.request_id ?? told.id ?? null,
    wait: told.retry_after ?? told.wait ?? null,
    cancelled: told.cancelled === true,
    now: told.now ?? null,
  };
}

function address(query) {
  const asked = new URLSearchParams(query).toString();
  return asked ? `v1/read?${asked}` : "v1/read";
}

function bodyOf(source) {
  if (source.file) {
    const form = new FormData();
    form.append("file", source.file, source.name);
    return { body: form, headers: {} };
  }
  return { body: JSON.stringify({ text: source.text }), headers: { "Content-Type": "application/json" } };
}

async function asked(where, { headers = {}, ...rest }) {
  let answer;
  try {
    answer = await fetch(where, { ...rest, headers: { ...headers, ...authority() } });
  } catch {
    throw problem(0, {});
  }
  if (!answer.ok) {
    const told = parsed(await answer.text());
    throw problem(answer.status, { ...told, id: answer.headers.get("X-Request-ID") });
  }
  return answer;
}

function authority() {
  return key ? { Authorization: `Bearer ${key}` } : {};
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function timings(header) {
  return (header ?? "")
    .split(",")
    .map((part) => /^\s*([\w-]+).*?dur=([\d.]+)/.exec(part))
    .filter(Boolean)
    .map(([, name, milliseconds]) => ({ name, milliseconds: Number(milliseconds) }));
}

function rememberedKey() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}
