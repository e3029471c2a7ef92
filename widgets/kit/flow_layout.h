// A row of controls that wraps when the panel is narrow.
#pragma once

#include <QLayout>
#include <QList>
#include <limits>

namespace elbo {

/// Items from left to right at their size hints, wrapped into as many rows as the width asks for; none is wider than
/// the row. Hidden ones take no room.
class FlowLayout : public QLayout {
  public:
    explicit FlowLayout(QWidget* parent = nullptr) : QLayout(parent) {}
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_.append(item); }
    /// The items from this one on stand at the right edge of their row.
    void setRightFrom(int index) { rightFrom_ = index; }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize minimumSize() const override;
    QSize sizeHint() const override;
    void setGeometry(const QRect& area) override;

  private:
    /// Moves the items when `place` is set. Returns the height used.
    int arrange(const QRect& area, bool place) const;

    QList<QLayoutItem*> items_;
    int rightFrom_ = std::numeric_limits<int>::max();
};

}  // namespace elbo
