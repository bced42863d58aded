// How the contracts say no: `code: message (value V, limit L)`, inside the words that the chain puts around it.

import assert from "node:assert/strict";

export interface Refusal {
  code: string;
  message: string;
  value: string;
  limit: string;
}

export function refusalIn(text: string): Refusal {
  const found =
    /(?<code>[a-z_]+): (?<message>(?:(?!: ).)*?) \(value (?<value>.*), limit (?<limit>[^()]*)\)/s.exec(text);
  assert(found?.groups, `no refusal in: ${text}`);
  const { code = "", message = "", value = "", limit = "" } = found.groups;
  return { code, message, value, limit };
}
