// Recording a sign-off: quantity and condition follow each other, and a file that cannot be taken is said before it is
// sent. Nothing here is needed: the server says the same.

const same = (one, other) => Number(one) === Number(other);

function follow(fieldset) {
  const count = fieldset.querySelector("input.num");
  const radios = [...fieldset.querySelectorAll("input[type=radio]")];
  const chosen = () => radios.find((radio) => radio.checked)?.value;
  const choose = (value) => { radios.find((radio) => radio.value === value).checked = true; };

  count.addEventListener("input", () => {
    if (count.value === "") return;
    if (same(count.value, fieldset.dataset.shipped)) choose("good");
    else if (chosen() === "good") choose("short");
  });
  radios.forEach((radio) => radio.addEventListener("change", () => {
    if (radio.value === "good") count.value = fieldset.dataset.shipped;
    else if (same(count.value, fieldset.dataset.shipped)) count.select();
  }));
}

document.querySelectorAll("fieldset[data-shipped]").forEach(follow);

// A picture that was taken is seen at once.
const preview = document.querySelector("[data-preview]");

async function show(input) {
  const [file] = input.files;
  const picture = file?.type.startsWith("image/") ? await createImageBitmap(file).catch(() => null) : null;
  preview.hidden = !picture;
  if (!picture) return;
  const canvas = preview.querySelector("canvas");
  canvas.height = 96;
  canvas.width = Math.max(1, Math.round((picture.width * canvas.height) / picture.height));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}

document.querySelectorAll("#sign-off input[type=file]").forEach((input) => {
  input.addEventListener("change", () => show(input));
});
