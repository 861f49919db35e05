// A file that the server would refuse without opening it is refused when it is chosen, before anything is sent. The rules
// come with the field (core/file_rules.py). A picture that is made smaller first is judged afterwards.

const MEGABYTE = 1024 * 1024;

function whyNot(file, { largest, extensions, empty, tooLarge, otherKind }) {
  const extension = /\.[^.]*$/.exec(file.name)?.[0].toLowerCase() ?? "";
  if (!file.size) return empty;
  if (file.size > Number(largest)) return tooLarge.replace("{size}", (file.size / MEGABYTE).toFixed(1));
  return !extension || extensions.split(" ").includes(extension) ? "" : otherKind;
}

function judge(input) {
  const refused = [...input.files].find((file) => whyNot(file, input.dataset));
  const said = document.getElementById(`refused-${input.name}`);
  said?.remove();
  if (!refused) {
    input.removeAttribute("aria-invalid");
    return;
  }
  input.setAttribute("aria-invalid", "true");
  const words = document.createElement("p");
  words.id = `refused-${input.name}`;
  words.className = "error";
  words.setAttribute("role", "alert");
  words.textContent = `${refused.name}: ${whyNot(refused, input.dataset)}`;
  input.after(words);
  input.value = "";
}

document.querySelectorAll("input[type=file][data-largest]").forEach((input) => {
  input.addEventListener("shrink" in input.dataset ? "shrunk" : "change", () => judge(input));
});
