// Every word the client shows, and how dates and numbers are written. One object per language; a missing word falls
// back to English. {n} and the like are replaced; an entry with `one` and `other` is chosen by the language's plurals.

import { signal } from "@preact/signals";

const en = {
  "app": "Openfloor",
  "start": "Openfloor: your assessments",
  "leave": "Hide the screen now",
  "hide": "Hide now",
  "close": "Close",

  "light.day": "Light: day. Change to full sun",
  "light.bright": "Light: full sun. Change to dim",
  "light.dim": "Light: dim. Change to day",

  "sync.tablet": "On this tablet",
  "sync.sending": "Sending",
  "sync.safe": "Safe on the server",
  "sync.aside": "In quarantine",
  "sync.safe_of": "{n} of {total}",
  "sync.narrow": "{n} of {total} safe",
  "sync.all": "All safe",
  "sync.label": "Where your answers and photos are",
  "sync.said": "On this tablet {tablet}, sending {sending}, safe on the server {safe} of {total}.",
  "sync.said_aside": "In quarantine {n}.",

  "state.compliant": "Compliant",
  "state.non_compliant": "Non-compliant",
  "state.not_applicable": "Not applicable",
  "state.not_asked": "Not asked",
  "state.undetermined": "Could not be determined",
  "state.none": "No answer yet",
  "state.conflict": "Answered differently",
  "state.answered": "Answered",

  "yes": "Yes",
  "no": "No",

  "list.title": "Your assessments",
  "list.cycle": "cycle {n}",
  "list.with": "with {names}",
  "list.on": "{from} to {until}",
  "list.questions": { one: "{n} question", other: "{n} questions" },
  "list.take": "Take offline",
  "list.taking": "Fetching the checklist and what was written so far. Stay here until it is done.",
  "list.open": "Open",
  "list.go_on": "Go on",
  "list.boarded": "On this tablet since {on}",
  "list.not_boarded": "Not on this tablet yet",
  "list.empty": "No assessment waits for you",
  "list.empty_more": "The programme puts you on a visit; it appears here once this tablet has a network.",
  "list.failed": "Not fetched: no network reached the server. Nothing was changed. Try again.",
  "list.refused": "Not fetched. {sentence}",
  "list.no_room": "Not fetched: the store of this tablet is full.",
  "list.lead": "You lead",

  "life.planned": "Planned",
  "life.in_progress": "In progress",
  "life.in_review": "In review",
  "life.issued": "Report issued",
  "life.cancelled": "Cancelled",

  "ready.title": "Ready for a day offline?",
  "ready.starts": "Starts without a network",
  "ready.starts_not": "Does not start without a network yet. Stay online a moment.",
  "ready.kept": "The tablet may not clear our store",
  "ready.cleared": "The tablet may clear our store when it is short of room. Put Openfloor on the home screen.",
  "ready.room": { one: "Room for about {n} photo", other: "Room for about {n} photos" },
  "ready.contact": "Last contact {on}",
  "ready.no_contact": "No contact yet",
  "ready.clock": "The clock of this tablet is {n} minutes off. Your work is in order all the same.",

  "note.signin": "Sign in again to send",
  "note.signin_more": "Your work stays on this tablet. {sentence}",
  "note.signin_go": "Sign in",
  "note.stranger": "Sign in once to begin",
  "note.stranger_more": "After that this tablet works without a network.",
  "note.no_server": "The server is not reached. This tablet needs a network once, to know you.",
  "note.retry": "Try again",
  "note.other": "{other} is signed in here; this work is {name}'s",
  "note.other_more": "Each person's work stays apart. {n} of {name} not sent yet.",
  "note.other_go": "Work as {other}",
  "note.full": "Not saved: the store is full",
  "note.unsaved": "Not saved: this tablet could not write",
  "note.unsaved_more": "Your entry is still on the screen.",
  "note.full_more": "Your entry is still on the screen. Free photos that are safe on the server, then we save at once.",
  "note.free": "Free them and save",
  "note.update": "A newer Openfloor is ready",
  "note.update_wait": "It waits until all is sent.",
  "note.update_idle": "Nothing waits to be sent. It takes a moment.",
  "note.update_go": "Use the newer one",
  "note.closed": "{state}: you can read it here, not change it",
  "note.second_tab": "Openfloor is open in another window with a newer version. Reload this one.",
  "note.reload": "Reload",
  "note.broken": "Openfloor could not start. Your work stays on this tablet.",
  "note.refused": "The server does not take this assessment from you now",
  "note.refused_more": "{sentence} Everything stays on this tablet.",
  "note.held": "The server did not take this: {sentence} It is kept and tried again.",
  "note.aside": { one: "{n} entry is in quarantine: {sentence}", other: "{n} entries are in quarantine: {sentence}" },
  "note.aside_more": "It is kept on the server, apart from the answer.",
  "note.missing": "This assessment is not on this tablet",
  "note.missing_more": "Take it offline first.",

  "nav.label": "Clusters and points",
  "nav.answered": "{n} of {of} answered",
  "nav.of": "{n} of {of}",
  "nav.left": "What is left",
  "nav.left_short": "Left {n}",
  "nav.clusters": "Clusters",
  "nav.choose": "Choose a cluster",

  "rail.label": "Questions of this point",
  "rail.one": "Question {n}: {state}",
  "rail.before": "Questions before",
  "rail.after": "Questions after",

  "q.answer": "Answer",
  "q.last": "Last cycle, {on}: {state}.",
  "q.last_none": "Not asked in the last cycle.",
  "q.extent": "How much",
  "q.of": "of",
  "q.extent_of": "of how many {noun}",
  "q.workers": "workers",
  "q.where": "Where",
  "q.band": "Workers affected",
  "q.band_none": "Not said",
  "q.band_of": "{band} workers",
  "q.too_many": "There are {of} in all. Write {of} or less.",
  "q.number": "Write a number.",
  "q.percent": "Write a number from 0 to 100.",
  "q.note": "Field note",
  "q.note_who": "Stays with the assessors",
  "q.comment": "Internal comment",
  "q.comment_who": "Reviewers read it",
  "q.report_text": "Report text",
  "q.report_text_who": "The factory reads it",
  "q.texts": "Texts",
  "q.written": "has text",
  "q.photos": { one: "{n} photo", other: "{n} photos" },
  "q.no_photos": "No photo yet",
  "q.photo_hint": "Place and device data removed.",
  "q.photo_none": "Place and device data are taken out of each.",
  "you": "You",
  "q.photo_needed": "Non-compliant: take one if you can.",
  "q.take_back": "Take the answer back",
  "q.photo": "Photo",
  "q.photo_open": "Photo {n}: {where}",
  "q.photo_theirs": "Photo of {name}",
  "q.photo_remove": "Take it off this question",
  "q.photo_freed": "The picture is on the server; this tablet gave up its copy to make room.",
  "q.photo_keeping": "Keeping the photo",
  "q.photo_broken": "The photo was not kept: it came back different from the store. Take it again.",
  "q.photo_unreadable": "This picture cannot be read on this tablet. Take it with the camera.",
  "q.photo_failed": "The photo was not kept: the store is full or closed. Free room, then take it again.",
  "q.photo_differs": "The stored picture has changed. It is kept and not sent; tell the programme.",
  "q.ask": "Ask {name}",
  "q.ask_one": "Ask a colleague",
  "q.asked": "Asked {name}",
  "q.asked_you": "{name} asks you to look at this question",
  "q.ask_back": "I have looked",
  "q.law": "Law",
  "q.law_asks": "What the law asks",
  "q.law_how": "How to look",
  "q.law_none": "No legal text is linked to this question.",
  "q.law_unchecked": "Not yet checked by a lawyer",
  "q.law_label": "Law and guidance",
  "q.law_close": "Close law and guidance",
  "q.sources": "Look in: {sources}",
  "q.before": "Question before",
  "q.next": "Next question",
  "q.next_short": "Next",
  "q.to_left": "What is left",
  "q.differ": "{names} differ",
  "q.differ_more": "Both answers are kept. Settle it before you send.",
  "q.settle": "Settle it",
  "q.harm": "Serious harm?",
  "q.number_of": "Question {n} of {of}",

  "left.title": { one: "{n} left", other: "{n} left" },
  "left.none": "Nothing left",
  "left.answered": "{n} of {of} questions have an answer.",
  "left.settle_first": { one: "Settle the first one before you leave.", other: "Settle the first {n} before you leave." },
  "left.nothing_first": "Nothing to settle first",
  "left.hold": "Hold the closing meeting.",
  "left.photo": "Photo needed",
  "left.asked": "{name} asked you",
  "left.held": "Not taken by the server",
  "left.by_point": "By point",
  "left.first": "Go to the first one left",
  "left.back": "Back to the questions",
  "left.send_title": "Send to review",
  "left.send": "Send to review",
  "left.sending": "Sending what is left on this tablet",
  "left.all_answered": "Every question has an answer",
  "left.not_answered": { one: "{n} question has no answer yet", other: "{n} questions have no answer yet" },
  "left.rest": { one: "The {n} without an answer was not asked", other: "The {n} without an answer were not asked" },
  "left.no_conflict": "No answer differs",
  "left.conflicts": { one: "{n} answer to settle", other: "{n} answers to settle" },
  "left.all_safe": "All of it is safe on the server",
  "left.unsent": { one: "{n} still on this tablet", other: "{n} still on this tablet" },
  "left.not_lead": "{name} leads this assessment and sends it.",
  "left.lead_unknown": "The lead assessor sends it.",
  "left.needs_network": "Not sent: no network reached the server. Nothing was changed.",
  "left.refused": "Not sent. {sentence}",
  "left.must": "After this, answers can be read here, not changed.",

  "settle.top": "You answered differently",
  "settle.more": "All answers are kept. Nobody's was overwritten. Settle it before you send; nothing else has to wait.",
  "settle.you": "{name} (you)",
  "settle.here": "this tablet, {at}",
  "settle.there": "{name}'s tablet, {at}",
  "settle.take": "Take this answer",
  "settle.taken": "Chosen",
  "settle.before": "Before either of you wrote:",
  "settle.stay": "Photos and notes of all stay with the answer, whichever you take.",
  "settle.why": "Why this one?",
  "settle.why_who": "The reviewer reads it.",
  "settle.new": "Write a new answer together",
  "settle.later": "Leave for later",
  "settle.choose": "Choose an answer first",
  "settle.say_why": "Write why first",
  "settle.done": "Settle it",
  "settle.reason": "Settled ({field}): {why}",
  "settle.nothing": "Nothing to settle here",
  "settle.field.state": "answer",
  "settle.field.value": "entry",
  "settle.field.extent": "how much",
  "settle.together": "A new answer, together",

  "harm.where": "Serious harm: what to do now",
  "harm.how": "Works without a network. Opening this leaves no mark on the assessment.",
  "harm.title": "You think a child is at work here, or someone is hurt or cannot leave.",
  "harm.enough": "A suspicion is enough. You do not have to prove anything.",
  "harm.1": "Stay calm and stay near.",
  "harm.1_more": "Do not question the person further. Do not photograph them. Ask only: “Are you safe for the next hour?”",
  "harm.2": "Call the programme's serious-harm line.",
  "harm.2_more": "From outside the building if you can.",
  "harm.2_where": "The number is on the card you carry.",
  "harm.call": "Call {number}",
  "harm.3": "Carry on with the visit",
  "harm.3_more": "as if nothing had changed, unless the duty officer says otherwise.",
  "harm.4": "Tell the duty officer what you saw and heard.",
  "harm.4_more": "Write nothing about it in the assessment, and no name anywhere.",
  "harm.hush": "Do not tell",
  "harm.hush_more": "Factory managers · the recruiter or dormitory keeper · buyers · the factory's interpreter · other workers. Not yet the authorities: for a migrant the duty officer checks the risk first.",
  "harm.back": "It is not that. Go back",

  "hidden.title": "Checklist contents",
  "hidden.open": "Open again",
};

const LANGUAGES = { en };
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

export const language = signal("en");

/** The person's language for words, dates and direction. Words this client lacks stay English. */
export function speak(tag) {
  language.value = tag || "en";
  const root = document.documentElement;
  const words = LANGUAGES[tag] ? tag : "en";
  root.lang = words;
  root.dir = RIGHT_TO_LEFT.has(words.split("-")[0]) ? "rtl" : "ltr";
}

export const directionOf = (tag = "en") => (RIGHT_TO_LEFT.has(tag.split("-")[0]) ? "rtl" : "ltr");

/** The word for a key, with its holes filled. */
export function t(key, holes = {}) {
  let entry = LANGUAGES[language.value]?.[key] ?? en[key];
  if (entry === undefined) throw new Error(`no word for ${key}`);
  if (typeof entry === "object") entry = entry[new Intl.PluralRules(wordsLanguage()).select(holes.n)] ?? entry.other;
  return entry.replace(/\{(\w+)\}/g, (_, hole) => holes[hole] ?? "");
}

const wordsLanguage = () => (LANGUAGES[language.value] ? language.value : "en");

/** "10 November 2026". A date without a time is that day everywhere. */
export function day(value) {
  const plain = /^\d{4}-\d\d-\d\d$/.test(value);
  const format = new Intl.DateTimeFormat(british(), { day: "numeric", month: "long", year: "numeric", timeZone: plain ? "UTC" : undefined });
  return format.format(new Date(value));
}

/** "10:42", by this tablet's clock. */
export const clock = (value) => new Intl.DateTimeFormat(british(), { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(value));

// English dates are written day first, as everywhere in Openfloor.
const british = () => (wordsLanguage() === "en" ? "en-GB" : wordsLanguage());

/** "Rith", "Rith and Sophea", "Rith, Sophea and Dara". */
export const names = (list) => new Intl.ListFormat(british(), { type: "conjunction" }).format(list);
