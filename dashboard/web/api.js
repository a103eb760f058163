// Requests to the board's own server (docs/API.md "On the dashboard"). What passes through /api/v1/ is answered by the
// collector under the rights of whoever is logged in here.
import { loadArea } from "/words.js";

// What an answer that is no good says: `status` (0: nobody answered), `word` ("wrong-state"), `text` (a sentence).
export class ApiError extends Error {
  constructor(status, word, text, wait = null, why = null) {
    super(text);
    this.status = status;
    this.word = word;
    this.wait = wait; // seconds after which to try again, if the answer says so
    this.why = why; // which rule refused an act
  }
}

let proof = ""; // against requests that other sites make in our name; comes with the session
export function setRequestProof(text) {
  proof = text ?? "";
}

let sessionEnded = () => {};
export function whenSessionEnds(call) {
  sessionEnded = call;
}

let renewProof = null; // reads the session again: the board may have been started anew meanwhile
export function whenProofIsOld(call) {
  renewProof = call;
}

// Answers with the body (JSON, or text); throws ApiError.
export async function request(method, path, body, isAgain = false) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Vigia-Request"] = proof;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  let data;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "same-origin" });
    data = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : await answer.text();
  } catch (e) {
    throw new ApiError(0, "unreachable", String(e.message));
  }
  if (answer.status === 403 && data?.error === "not-from-here" && renewProof && !isAgain) {
    await renewProof();
    return request(method, path, body, true);
  }
  if (answer.status === 401 && data?.error === "no-session") sessionEnded();
  if (answer.ok) return data;
  if (data?.why) await loadArea("refused").catch(() => {}); // told in the collector's words then
  throw new ApiError(answer.status, data?.error ?? "unknown", data?.text ?? "", Number(answer.headers.get("Retry-After")) || null, data?.why ?? null);
}

export const get = (path) => request("GET", path);
export const post = (path, body) => request("POST", path, body ?? {});
// An act of an incident, or of none (docs/API.md); `body` holds its parameters. Acts that want a PIN carry it as `pin`.
export const act = (incident, name, body) =>
  post(incident ? `/api/v1/incidents/${encodeURIComponent(incident)}/${name}` : `/api/v1/acts/${name}`, body);
