// 导出: the file itself, a picture that scales, a picture for documents. Variables of the theme become colours of paper.
import { download } from './tabs/xml.js';

export function exporting({ viewer, file, read }) {
  const name = ending => file.replace(/\.bpmn$/, `.${ending}`);
  const picture = async () => {
    const { svg } = await viewer.saveSVG();
    return svg.replaceAll('var(--surface)', '#ffffff').replaceAll('var(--ink)', '#211e1b');
  };
  return {
    bpmn: async () => download(file, await read(), 'application/xml'),
    svg: async () => download(name('svg'), await picture(), 'image/svg+xml'),
    png: async () => {
      const url = URL.createObjectURL(new Blob([await picture()], { type: 'image/svg+xml' })), image = new Image();
      await new Promise((resolve, reject) => { image.onload = resolve; image.onerror = reject; image.src = url; });
      const scale = Math.min(2, 8000 / Math.max(image.width, image.height)), sheet = document.createElement('canvas');
      sheet.width = image.width * scale;
      sheet.height = image.height * scale;
      const paper = sheet.getContext('2d');
      paper.fillStyle = '#ffffff';
      paper.fillRect(0, 0, sheet.width, sheet.height);
      paper.drawImage(image, 0, 0, sheet.width, sheet.height);
      URL.revokeObjectURL(url);
      sheet.toBlob(blob => download(name('png'), blob, 'image/png'));
    }
  };
}
