// Hours as people type them, in Mexico City time.
const CITY_S = -6 * 3600;
const DAY_S = 86400;

// "8:15", "0815", "08:15:30", "15/11 08:15" or "2026-11-15 08:15" as Unix seconds: the last such hour before `now`, or with `ahead` the next
// one after it; null if it is no hour.
export function readHour(text, now, ahead = false) {
  const t = /^(?:(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)\/(\d\d?)(?:\/(\d{4}))?)[T ]+)?(\d\d?):?(\d\d)(?::(\d\d))?\s*h?$/.exec(text.trim());
  if (!t) return null;
  const [hour, minute, second] = [Number(t[7]), Number(t[8]), Number(t[9] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const today = new Date((now + CITY_S) * 1000);
  const given = t[1] || t[4];
  const year = Number(t[1] ?? t[6] ?? today.getUTCFullYear());
  const month = given ? Number(t[2] ?? t[5]) - 1 : today.getUTCMonth();
  const day = given ? Number(t[3] ?? t[4]) : today.getUTCDate();
  const at = new Date(Date.UTC(year, month, day, hour, minute, second));
  if (at.getUTCMonth() !== month || at.getUTCDate() !== day) return null; // the 31st of June
  const unix = at.getTime() / 1000 - CITY_S;
  if (given) return unix;
  return ahead ? (unix > now ? unix : unix + DAY_S) : unix <= now ? unix : unix - DAY_S;
}

// Notes and the like are limited in octets.
export const octets = (text) => new TextEncoder().encode(text).length;
