// Pictures are made smaller before they are sent, as people mostly stand where the network is slow. A file that is no
// picture, that the browser cannot read, or that does not become smaller stays as it is; so does everything without
// this module.

const LONGEST = 2000; // pixels: the writing on a delivery note stays readable
const QUALITY = 0.85;
const SMALL_ENOUGH = 400 * 1024; // bytes

/** The picture as a JPEG of at most LONGEST pixels a side, upright as it was taken; the file itself when it cannot be. */
export async function shrunk(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const brush = canvas.getContext("2d");
    // What a PNG lets shine through is paper.
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
  } catch {
    return file;
  }
}

async function replace(input) {
  const [file] = input.files;
  if (!file) return;
  const smaller = await shrunk(file);
  // Somebody may have chosen another one meanwhile.
  if (smaller === file || input.files[0] !== file) return;
  const files = new DataTransfer();
  files.items.add(smaller);
  input.files = files.files;
}

const working = new Map(); // form → what its pictures wait for

function watch(input) {
  input.addEventListener("change", () => {
    const done = Promise.all([working.get(input.form), replace(input)]).finally(() => {
      if (working.get(input.form) === done) working.delete(input.form);
      input.dispatchEvent(new Event("shrunk"));
    });
    working.set(input.form, done);
  });
}

/** A form that is sent while a picture is still being made smaller is sent right after that. */
function wait(event) {
  const done = working.get(event.target);
  if (!done) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  done.finally(() => event.target.requestSubmit(event.submitter ?? undefined));
}

document.querySelectorAll("input[type=file][data-shrink]").forEach(watch);
window.addEventListener("submit", wait, true);
