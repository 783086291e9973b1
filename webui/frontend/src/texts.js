// Texts that only scripts say, in both languages.
import { chinese } from './i18n/translate.js';

const zh = {
  saving: '正在保存…',
  saved: '草稿已自动保存 {time}',
  notSaved: '草稿未能保存，内容仍在本页',
  offline: '网络连接中断，内容仍在本页。请检查网络后再试。',
  uploading: '正在上传 {name}…',
  submitting: '正在提交…',
  refused: '未能提交：有 {n} 处需要修改',
  expired: '登录已过期。请在新标签页重新登录，再回到本页提交；内容仍在本页。',
  forbidden: '你没有权限办理这件任务。',
  failed: '系统未能完成提交，内容仍在本页。请稍后再试。',
  copied: '已复制',
  separator: '：',
  and: '；'
};

const en = {
  saving: 'Saving…',
  saved: 'Draft saved automatically at {time}',
  notSaved: 'The draft could not be saved; what you typed is still on this page',
  offline: 'The connection is lost; what you typed is still on this page. Check the network and try again.',
  uploading: 'Uploading {name}…',
  submitting: 'Submitting…',
  refused: 'Not submitted: {n} to correct',
  expired: 'Your session has ended. Log in again in a new tab, then come back and submit; what you typed is still here.',
  forbidden: 'You may not work on this task.',
  failed: 'The submission could not be completed; what you typed is still on this page. Try again later.',
  copied: 'Copied',
  separator: ': ',
  and: '; '
};

export function text(key, facts = {}) {
  return (chinese ? zh : en)[key].replace(/{(\w+)}/g, (whole, name) => facts[name] ?? whole);
}
