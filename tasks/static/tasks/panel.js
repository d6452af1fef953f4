export function openTask(card) {
  location.assign(`/t/${card.dataset.number}`);
}
