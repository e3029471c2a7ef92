#include "app/window/page_column.h"

#include <QSignalBlocker>

namespace elbo {

PageColumn::PageColumn(QWidget* parent) : QWidget(parent) {
    tabs_ = new QTabBar;
    tabs_->setObjectName("pages");
    tabs_->setExpanding(false);
    tabs_->setDrawBase(false);
    tabs_->setAccessibleName(tr("Pages of the right column"));
    tips_ = {tr("The course of training: the rate-distortion plane and all curves."),
             tr("What is called intractable, computed: the forms of the ELBO and the true posteriors."),
             tr("What is going wrong, if anything, in words.")};
    for (const QString& name : {tr("Course"), tr("Exact"), tr("Health")}) {
        const int tab = tabs_->addTab(name);
        tabs_->setTabToolTip(tab, tips_[static_cast<std::size_t>(tab)]);
    }
    layout_ = new QVBoxLayout(this);
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(0);
    layout_->addWidget(tabs_);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int tab) {
        wanted_ = static_cast<Page>(tab);
        Q_EMIT pageChanged();
    });
}

void PageColumn::add(Page page, QWidget* contents) {
    contents_[static_cast<std::size_t>(page)] = contents;
    layout_->addWidget(contents, 1);
}

Page PageColumn::page() const {
    return static_cast<Page>(tabs_->currentIndex());
}

void PageColumn::setPage(Page page) {
    wanted_ = page;
    if (tabs_->isTabEnabled(static_cast<int>(page))) {
        tabs_->setCurrentIndex(static_cast<int>(page));
    }
}

void PageColumn::setAvailable(Page page, bool available, const QString& reason) {
    const int tab = static_cast<int>(page);
    const Page before = this->page();
    {
        // The tab bar goes on to a neighbour of its own choice, which nobody has asked for.
        const QSignalBlocker blocker(tabs_);
        tabs_->setTabEnabled(tab, available);
        tabs_->setTabToolTip(tab, available ? tips_[static_cast<std::size_t>(tab)] : reason);
        tabs_->setCurrentIndex(
            static_cast<int>(tabs_->isTabEnabled(static_cast<int>(wanted_)) ? wanted_ : Page::Course));
    }
    if (this->page() != before) {
        Q_EMIT pageChanged();
    }
}

bool PageColumn::shows(const QWidget* widget) const {
    for (std::size_t i = 0; i < kPages; ++i) {
        if (contents_[i] != nullptr && contents_[i]->isAncestorOf(widget)) {
            return static_cast<Page>(i) == page();
        }
    }
    return true;
}

void PageColumn::showPageOf(const QWidget* widget) {
    for (std::size_t i = 0; i < kPages; ++i) {
        if (contents_[i] != nullptr && contents_[i]->isAncestorOf(widget)) {
            setPage(static_cast<Page>(i));
        }
    }
}

}  // namespace elbo
