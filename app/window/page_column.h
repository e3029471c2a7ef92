// The right column of the lab, whose pages take turns: the course of training, exact quantities, health.
#pragma once

#include <QBoxLayout>
#include <QTabBar>
#include <QWidget>
#include <array>

namespace elbo {

enum class Page { Course, Exact, Health };

/// Tabs over the pages. Which widgets of a page are visible is up to the owner, who asks shows(). GUI thread.
class PageColumn : public QWidget {
    Q_OBJECT
  public:
    explicit PageColumn(QWidget* parent = nullptr);

    /// The contents of a page, in the order of Page.
    void add(Page page, QWidget* contents);
    /// The page that is shown: the one asked for where it has something to say.
    Page page() const;
    void setPage(Page page);
    /// A page that says nothing about the experiment cannot be chosen; `reason` is its tooltip.
    void setAvailable(Page page, bool available, const QString& reason);
    void setTabsVisible(bool visible) { tabs_->setVisible(visible); }

    /// Whether `widget` is in the page shown, or in none.
    bool shows(const QWidget* widget) const;
    /// Makes the page that holds `widget` the one shown, where there is one.
    void showPageOf(const QWidget* widget);

  Q_SIGNALS:
    void pageChanged();

  private:
    static constexpr std::size_t kPages = 3;

    std::array<QWidget*, kPages> contents_{};
    std::array<QString, kPages> tips_;
    Page wanted_ = Page::Course;
    QTabBar* tabs_ = nullptr;
    QVBoxLayout* layout_ = nullptr;
};

}  // namespace elbo
