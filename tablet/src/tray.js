// The capture tray: a photo or one line first, where it belongs later. Each is a change like any other, so it is sent at
// once and another tablet goes on with it; only its place in an answer is missing. A line waits here until it becomes
// part of a question's field note.

import { computed } from "@preact/signals";
import { TRAY } from "./heads.js";
import { local, newId } from "./ids.js";
import * as state from "./state.js";

/** The questions something of the tray stands at. */
export function placesOf({ id, kind, questions = [] }) {
  if (kind === "note") return questions;
  return [...state.answers.value.values()].filter((one) => one.fields[`photo:${id}`]?.value === true).map((one) => one.question);
}

/** What needs a question or a reason before the assessment can be sent. */
export const waiting = computed(() => state.tray.value.filter((row) => !row.reason && !placesOf(row).length));

const tagged = ({ building = "", floor = "", section = "" }) => ({ building, floor, section });

const put = ({ id, ...value }) => state.record({ question: TRAY, field: `item:${id}`, value });

export const keepNote = (text, tag) => put({ id: newId(), kind: "note", text, tag: tagged(tag), at: local(new Date()), questions: [], reason: "" });

export const keepPhoto = (photo, text, tag) => state.keepPhoto(null, { ...photo, tray: { kind: "photo", text, tag: tagged(tag), at: photo.taken_at, reason: "" } });

export const explain = (row, reason) => put({ ...row, reason: reason.trim() });

/** Put it at a question, beside whatever stands there. May be done again with another question. */
export async function place(row, question) {
  if (row.kind === "photo") return state.record({ question, field: `photo:${row.id}`, value: true });
  const written = state.field(question, "note").value;
  const kept = await state.record({ question, field: "note", value: [written, whole(row)].filter(Boolean).join("\n") });
  return kept && put({ ...row, questions: [...(row.questions ?? []), question] });
}

export const where = ({ tag }) => [tag.building, tag.floor, tag.section].filter(Boolean).join(", ");
const whole = (row) => [where(row), row.text].filter(Boolean).join(": ");

const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word.length > 3);

/** Questions it may belong to, likely ones first; `typed` leaves only those that hold every word of it. */
export function candidates(row, typed, most = 6) {
  const said = new Set(wordsOf(whole(row)));
  const asked = wordsOf(typed);
  const here = state.position.value?.question;
  return state.work.value.order.map((key) => state.work.value.questions.get(key)).filter((question) => state.visible(question) && question.kind !== "information")
    .map((question) => {
      const text = `${question.text} ${question.point.title} ${question.issue ?? ""}`.toLowerCase();
      const likely = wordsOf(text).filter((word) => said.has(word)).length + (question.key === here ? 0.5 : 0);
      return { question, likely, fits: asked.every((word) => text.includes(word)) };
    })
    .filter(({ fits }) => fits).sort((a, b) => b.likely - a.likely).slice(0, most).map(({ question }) => question);
}
