//! The layout of answers.

use zkinfer::answers::AnswerView;

use super::{Page, Table};

/// Lays an answer out.
pub fn answer(view: &AnswerView, page: &mut Page) {
    if let Some(class) = view.class {
        let name = view.class_name.as_ref().map(|name| format!("  ({name})")).unwrap_or_default();
        page.field("class", format!("{class}{name}"));
    }
    if let Some(classes) = &view.top_classes {
        let mut table = Table::new(["rank", "class", "name"]);
        for best in classes {
            let name = best.class_name.clone().unwrap_or_default();
            table.row([best.rank.to_string(), best.class.to_string(), name]);
        }
        page.table(table);
    }
    if let Some(values) = &view.values {
        let mut table = Table::new(["name", "value", "integer"]);
        for (index, value) in values.iter().enumerate() {
            let name = value.name.clone().unwrap_or_else(|| index.to_string());
            let real = value.real.map(|real| real.to_string()).unwrap_or_default();
            table.row([name, real, value.integer.to_string()]);
        }
        page.table(table);
    }
}
