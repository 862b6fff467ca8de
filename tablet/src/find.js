// Which questions a person looks for: words in any order, without regard to case, accents or vowel marks. Pure.

// Marks that people leave out when they type: accents, Arabic vowel marks and the stretching line. Khmer vowels and
// subscripts are letters of their words and stay; the spaces nobody sees (Khmer has them between words) do not count.
const MARKS = /[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g;
const UNSEEN = /[\u200b-\u200f\u2060\ufeff]/g;
const ALIKE = { "đ": "d", "ı": "i", "ł": "l", "ø": "o", "ى": "ي", "ة": "ه", "ٱ": "ا" };

export function folded(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(MARKS, "").normalize("NFC").replace(UNSEEN, "");
  return plain.replace(/[đıłøىةٱ]/g, (one) => ALIKE[one]);
}

/** All that is said of a question, in one folded text. */
export function said(question) {
  const { text, issue, explain, guidance, key, point, cluster, law = [] } = question;
  return folded([text, issue, explain, guidance, key, point?.title, cluster?.title, ...law.map(({ citation }) => citation)].filter(Boolean).join("\n"));
}

const kept = new WeakMap();

/** Those questions that say all of the words. */
export function find(questions, words) {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  if (!wanted.length) return questions;
  return questions.filter((question) => {
    if (!kept.has(question)) kept.set(question, said(question));
    return wanted.every((word) => kept.get(question).includes(word));
  });
}
