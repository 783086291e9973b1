// Texts that only scripts say, in both languages.
import { chinese } from './i18n/translate.js';

const zh = {
  saving: '正在保存…',
  saved: '草稿已自动保存 {time}',
  notSaved: '草稿未能保存，内容仍在本页',
  keptHere: '网络连接中断，内容已保存在本浏览器',
  restored: '已恢复本浏览器中尚未发送的内容',
  offlineBar: '网络连接中断。本页数据截至 {time}，已过 {n} 分钟；填写的内容保存在本浏览器，连通后自动发送。',
  theirs: '{who}提交的',
  otherWindow: '另一窗口保存的（对方）',
  takeMine: '采用我的',
  takeTheirs: '采用对方的',
  nothing: '（未填）',
  offline: '网络连接中断，内容仍在本页。请检查网络后再试。',
  uploading: '正在上传 {name}…',
  submitting: '正在提交…',
  refused: '未能提交：有 {n} 处需要修改',
  expired: '登录已过期。请在新标签页重新登录，再回到本页提交；内容仍在本页。',
  forbidden: '你没有权限办理这件任务。',
  failed: '系统未能完成提交，内容仍在本页。请稍后再试。',
  copied: '已复制',
  newTask: '有 1 件新到任务',
  newTasks: '有 {n} 件新到任务',
  show: '显示',
  lostNow: '连接中断。显示的是 {at} 的数据。',
  lostMinute: '连接中断。显示的是 {at} 的数据（1 分钟前）。',
  lostMinutes: '连接中断。显示的是 {at} 的数据（{n} 分钟前）。',
  retry: '重试',
  signIn: '登录已过期。',
  logIn: '重新登录',
  separator: '：',
  and: '；'
};

const en = {
  saving: 'Saving…',
  saved: 'Draft saved automatically at {time}',
  notSaved: 'The draft could not be saved; what you typed is still on this page',
  keptHere: 'The connection is lost; what you typed is kept in this browser',
  restored: 'What this browser had not sent yet is back',
  offlineBar: 'The connection is lost. This page is as of {time}, {n} minutes ago; what you type is kept in this browser and sent when it is back.',
  theirs: 'Sent by {who}',
  otherWindow: 'Saved in the other window (theirs)',
  takeMine: 'Take mine',
  takeTheirs: 'Take theirs',
  nothing: '(empty)',
  offline: 'The connection is lost; what you typed is still on this page. Check the network and try again.',
  uploading: 'Uploading {name}…',
  submitting: 'Submitting…',
  refused: 'Not submitted: {n} to correct',
  expired: 'Your session has ended. Log in again in a new tab, then come back and submit; what you typed is still here.',
  forbidden: 'You may not work on this task.',
  failed: 'The submission could not be completed; what you typed is still on this page. Try again later.',
  copied: 'Copied',
  newTask: '1 new task',
  newTasks: '{n} new tasks',
  show: 'Show',
  lostNow: 'The connection is lost. What you see is of {at}.',
  lostMinute: 'The connection is lost. What you see is of {at}, a minute ago.',
  lostMinutes: 'The connection is lost. What you see is of {at}, {n} minutes ago.',
  retry: 'Try again',
  signIn: 'Your session has ended.',
  logIn: 'Log in again',
  separator: ': ',
  and: '; '
};

export function text(key, facts = {}) {
  return (chinese ? zh : en)[key].replace(/{(\w+)}/g, (whole, name) => facts[name] ?? whole);
}
