// Chinese for bpmn-js, its menus and plugins, and for the words that our own menus take from them. One wording throughout.
// tests/e2e/test_studio_words.py opens every menu and finds what is missing here; check.mjs reads the sources of the libraries.
const carried = {
  Message: '消息', Timer: '定时', Signal: '信号', Error: '错误', Escalation: '升级', Cancel: '取消', Compensation: '补偿',
  Conditional: '条件', Link: '链接', Terminate: '终止'
};
const places = {
  'start event': '开始事件', 'intermediate catch event': '中间捕获事件', 'intermediate throw event': '中间抛出事件',
  'boundary event': '边界事件', 'end event': '结束事件'
};
const events = {};
for (const [kind, chinese] of Object.entries(carried)) {
  for (const [place, where] of Object.entries(places)) {
    events[`${kind} ${place}`] = `${chinese}${where}`;
    events[`${kind} ${place} (non-interrupting)`] = `${chinese}${where}（非中断）`;
    events[`Append ${kind.toLowerCase()} ${place}`] = `追加${chinese}${where}`;
  }
}

export default {
  ...events,
  // tools
  'Hand tool': '抓手：拖动画布', 'Lasso tool': '框选', 'Space tool': '增减空间', 'Connect tool': '连线', 'More elements': '更多元素…',
  'Activate create/remove space tool': '增减空间', 'Activate global connect tool': '连线', 'Activate hand tool': '抓手：拖动画布',
  'Activate lasso tool': '框选', 'Search in diagram': '在图中查找', 'Open minimap': '展开缩略图', 'Close minimap': '收起缩略图',
  // menus
  'Append element': '追加元素', 'Create element': '新建元素', 'Change element': '更换类型', 'Delete': '删除', 'Set color': '设置颜色',
  'Add text annotation': '添加文本注释', 'Connect to other element': '连接到其他元素', 'Connect using association': '用关联连接',
  'Connect using data input association': '用数据关联连接', 'Open {element}': '打开{element}', 'Collection': '集合', 'Loop': '循环',
  'Parallel multi-instance': '多实例（同时）', 'Sequential multi-instance': '多实例（依次）', 'Participant multiplicity': '多个参与者',
  'Toggle non-interrupting': '切换中断与非中断', 'Default': '默认', 'Blue': '蓝色', 'Orange': '橙色', 'Green': '绿色', 'Red': '红色', 'Purple': '紫色',
  'Align elements': '对齐', 'Align elements left': '左对齐', 'Align elements center': '水平居中', 'Align elements right': '右对齐',
  'Align elements top': '顶端对齐', 'Align elements middle': '垂直居中', 'Align elements bottom': '底端对齐',
  'Distribute elements horizontally': '水平等距分布', 'Distribute elements vertically': '垂直等距分布',
  'Add lane above': '在上方增加泳道', 'Add lane below': '在下方增加泳道', 'Divide into two lanes': '分成两个泳道', 'Divide into three lanes': '分成三个泳道',
  'Append end event': '追加结束事件', 'Append gateway': '追加网关', 'Append intermediate/boundary event': '追加中间事件', 'Append task': '追加任务',
  'Append receive task': '追加接收任务', 'Append compensation activity': '追加补偿活动',
  'Create data object reference': '新建数据对象', 'Create data store reference': '新建数据存储', 'Create end event': '新建结束事件',
  'Create expanded sub-process': '新建子流程', 'Create gateway': '新建网关', 'Create group': '新建分组', 'Create intermediate/boundary event': '新建中间事件',
  'Create pool/participant': '新建泳池', 'Create start event': '新建开始事件', 'Create task': '新建任务',
  // kinds of elements
  'Task': '任务', 'User task': '用户任务', 'Service task': '服务任务', 'Send task': '发送任务', 'Receive task': '接收任务', 'Manual task': '人工任务',
  'Business rule task': '业务规则任务', 'Script task': '脚本任务', 'Call activity': '调用活动', 'Transaction': '事务子流程',
  'Sub-process': '子流程', 'Sub-process (collapsed)': '子流程（折叠）', 'Sub-process (expanded)': '子流程（展开）', 'Event sub-process': '事件子流程',
  'Ad-hoc sub-process': '随意子流程', 'Ad-hoc sub-process (collapsed)': '随意子流程（折叠）', 'Ad-hoc sub-process (expanded)': '随意子流程（展开）',
  'Exclusive gateway': '排他网关', 'Parallel gateway': '并行网关', 'Inclusive gateway': '包容网关', 'Complex gateway': '复杂网关', 'Event-based gateway': '事件网关',
  'Start event': '开始事件', 'End event': '结束事件', 'Intermediate throw event': '中间抛出事件', 'Boundary event': '边界事件',
  'Sequence flow': '顺序流', 'Default flow': '默认流', 'Conditional flow': '条件流', 'Message flow': '消息流', 'Association': '关联', 'Data association': '数据关联',
  'Text annotation': '文本注释', 'Group': '分组', 'Data object': '数据对象', 'Data store': '数据存储', 'Data object reference': '数据对象', 'Data store reference': '数据存储',
  'Expanded pool/participant': '泳池（含流程）', 'Empty pool/participant': '泳池（空）', 'Empty pool/participant (removes content)': '泳池（空，将删除其中内容）',
  'Pool': '泳池', 'Lane': '泳道', 'Process': '流程', 'Collaboration': '协作图',
  // groups of the menus
  'Tasks': '任务', 'Sub-processes': '子流程', 'Gateways': '网关', 'Start events': '开始事件', 'Intermediate events': '中间事件', 'End events': '结束事件',
  'Data': '数据', 'Participants': '参与者'
};
