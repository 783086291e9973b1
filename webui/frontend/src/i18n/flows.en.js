// English for the labels of sequence flows, where a drawing carries none of its own (cx:name-en comes first).
export default {
  '是': 'Yes', '否': 'No', '同意': 'Agreed', '不同意': 'Refused', '修改后同意': 'Agreed with changes', '退回': 'Returned',
  '通过': 'Passed', '指定': 'Named', '申请退回（限一次）': 'Refused (once)', '否：轻微问题未抽中': 'No: minor, not drawn',
  '单人': 'One person', '会签': 'Countersign', '会议': 'Meeting', '一级': 'Level 1', '二级': 'Level 2', '三级': 'Level 3',
  '四级': 'Level 4', '五级': 'Level 5', '启动问责': 'Start a review', '转查处': 'To investigation', '不采纳': 'Not adopted'
};
