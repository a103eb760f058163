// Durations and hours as people read them. Mexico City is UTC-6 all year since 2022-10-30; the board
// shows that hour wherever the browser stands.
const CITY_OFFSET_S = -6 * 3600;

const two = (n) => String(n).padStart(2, "0");

function city(t) {
  return new Date((t + CITY_OFFSET_S) * 1000);
}

export function clockText(t) {
  const d = city(t);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

export function dayText(t, lang) {
  return city(t).toLocaleDateString(lang === "en" ? "en-GB" : "es-MX", {
    timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric",
  });
}

// The hour, with the day before it when it is not today's.
export function momentText(t, now) {
  if (t === null || t === undefined) return "—";
  const d = city(t);
  const today = city(now);
  if (d.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return clockText(t);
  const year = d.getUTCFullYear() === today.getUTCFullYear() ? {} : { year: "numeric" };
  const day = d.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC", day: "numeric", month: "short", ...year });
  return `${day} ${clockText(t)}`;
}

// 4:59, 1:02:03: for clocks that run. Negative for what is overdue.
export function runningText(seconds) {
  const sign = seconds < 0 ? "−" : "";
  // What is left is rounded up, what has passed down: a clock never shows less danger than there is.
  let s = Math.floor(Math.abs(seconds));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  s %= 60;
  return hours > 0 ? `${sign}${hours}:${two(minutes)}:${two(s)}` : `${sign}${minutes}:${two(s)}`;
}

// 12 s, 4 min 12 s, 1 h 02 min, 3 d 4 h.
export function spanText(seconds) {
  if (seconds === null || seconds === undefined) return "—";
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 && s < 600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 60)} min`;
  if (s < 86400) {
    const m = Math.floor(s / 60) % 60;
    return m ? `${Math.floor(s / 3600)} h ${two(m)} min` : `${Math.floor(s / 3600)} h`;
  }
  const h = Math.floor(s / 3600) % 24;
  return h ? `${Math.floor(s / 86400)} d ${h} h` : `${Math.floor(s / 86400)} d`;
}

// What is no time: shares of one, plain numbers, bytes.
const SHARES = new Set(["loss", "bad", "cpu", "cpu_user", "cpu_system", "cpu_iowait", "cpu_steal", "mem_used", "swap_used", "disk_used", "inodes_used"]);
const NUMBERS = new Set(["load1", "load5", "load15", "load_core", "disks_read_only", "net_errors", "net_drops", "services_down", "value",
  "open", "worst", "heard", "answering", "active", "standby", "active_unit", "redundant", "link", "agree", "failover", "unit_1", "unit_2"]);
const BYTES = new Set(["size", "mem_free", "swap_in", "swap_out", "disk_free", "net_in", "net_out"]);

function bytesText(v) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  for (; v >= 1024 && i < units.length - 1; i++) v /= 1024;
  return i ? `${round(v)} ${units[i]}` : `${Math.round(v)} B`;
}

function ownText({ unit, words }, v) {
  const word = words.find((w) => w.number === v);
  if (word) return word.word;
  if (unit === "1") return `${round(v * 100)} %`;
  if (unit === "B") return bytesText(v);
  if (unit === "s") return v >= 60 ? spanText(v) : `${round(v)} s`;
  const number = v === Math.round(v) ? String(v) : round(v);
  return unit === "" ? number : `${number} ${unit}`;
}

// A measured value in the unit of its name (docs/API.md: SI); `own`: what the check itself says of it (`yields`).
export function valueText(name, v, own) {
  if (v === null || v === undefined) return "—";
  if (own) return ownText(own, v);
  if (SHARES.has(name)) return `${round(v * 100)} %`;
  if (name === "status") return String(Math.round(v));
  if (NUMBERS.has(name)) return v === Math.round(v) ? String(v) : round(v);
  if (BYTES.has(name)) return bytesText(v);
  if (name === "uptime" || name === "age") return spanText(v);
  if (name === "days_left") return `${Math.floor(v)} d`;
  if (v >= 1) return `${round(v)} s`;
  if (v >= 0.001) return `${round(v * 1000)} ms`;
  return `${Math.round(v * 1e6)} µs`;
}

function round(v) {
  return v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v.toFixed(2);
}
