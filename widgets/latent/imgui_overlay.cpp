#include "widgets/latent/imgui_overlay.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <QDirIterator>
#include <QFontMetricsF>
#include <QMouseEvent>
#include <QStandardPaths>
#include <algorithm>
#include <cfloat>
#include <set>

#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

constexpr double kCardScale = 0.9;  // of the base font, as on the software canvas

/// ImGui wants the file of a font, which Qt does not tell; DejaVu Sans is looked for where the system keeps its fonts.
QString fontFile() {
    static const QString found = [] {
        const QString name = QStringLiteral("DejaVuSans.ttf");
        QString usual =
            QStandardPaths::locate(QStandardPaths::FontsLocation, QStringLiteral("truetype/dejavu/") + name);
        if (!usual.isEmpty()) {
            return usual;
        }
        for (const QString& folder : QStandardPaths::standardLocations(QStandardPaths::FontsLocation)) {
            QDirIterator files(folder, {name}, QDir::Files, QDirIterator::Subdirectories);
            if (files.hasNext()) {
                return files.next();
            }
        }
        return QString();
    }();
    return found;
}

ImVec2 toIm(const QPointF& point) {
    return {static_cast<float>(point.x()), static_cast<float>(point.y())};
}

ImVec2 toIm(const QSizeF& size) {
    return {static_cast<float>(size.width()), static_cast<float>(size.height())};
}

ImVec4 toIm(const QColor& color, float opacity = 1.0F) {
    return {color.redF(), color.greenF(), color.blueF(), opacity};
}

ImU32 packed(const QColor& color, float opacity = 1.0F) {
    return ImGui::ColorConvertFloat4ToU32(toIm(color, opacity));
}

void setMousePosition(ImGuiIO& io, float x, float y) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMousePosEvent(x, y);
#else
    io.MousePos = {x, y};
#endif
}

void setMouseButton(ImGuiIO& io, bool down) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMouseButtonEvent(0, down);
#else
    io.MouseDown[0] = down;
#endif
}

}  // namespace

ImGuiOverlay::ImGuiOverlay() = default;

ImGuiOverlay::~ImGuiOverlay() = default;

bool ImGuiOverlay::setUp() {
    context_ = ImGui::CreateContext();
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // the default would write imgui.ini into the working directory
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NoMouseCursorChange;
    io.BackendPlatformName = "elboroom_qt";
    ready_ = ImGui_ImplOpenGL3_Init("#version 330 core");
    if (!ready_) {
        ImGui::DestroyContext(context_);
        context_ = nullptr;
    }
    clock_.start();
    return ready_;
}

void ImGuiOverlay::release() {
    textures_.clear();
    if (context_ != nullptr) {
        ImGui::SetCurrentContext(context_);
        ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext(context_);
        context_ = nullptr;
    }
    ready_ = false;
    fontPixels_ = 0.0;
}

bool ImGuiOverlay::handle(QEvent* event) {
    switch (event->type()) {
        case QEvent::MouseMove:
        case QEvent::MouseButtonPress:
        case QEvent::MouseButtonRelease:
        case QEvent::MouseButtonDblClick:
            break;
        case QEvent::Leave:
            mouseInside_ = false;
            return false;
        default:
            return false;
    }
    const auto* mouse = static_cast<QMouseEvent*>(event);
    mouse_ = mouse->position();
    mouseInside_ = true;
    const bool overCard = std::any_of(pinnedAreas_.begin(), pinnedAreas_.end(),
                                      [this](const QRectF& area) { return area.contains(mouse_); });
    if (event->type() == QEvent::MouseMove) {
        return overCard && mouse->buttons() == Qt::NoButton;
    }
    if (mouse->button() != Qt::LeftButton) {
        return overCard;
    }
    if (event->type() == QEvent::MouseButtonRelease) {
        const bool ours = buttonDown_ || !buttonEvents_.empty();
        if (ours) {
            buttonEvents_.push_back(false);
        }
        return ours;
    }
    if (overCard) {
        buttonEvents_.push_back(true);
    }
    return overCard;
}

void ImGuiOverlay::refreshFont(const Scene& scene) {
    const QFontMetricsF metrics(textFont(*scene.theme, kCardScale), scene.device);
    const double pixels = std::round(metrics.height() * scene.ratio);
    ImGuiIO& io = ImGui::GetIO();
    io.FontGlobalScale = static_cast<float>(1.0 / scene.ratio);
    if (pixels == fontPixels_) {
        return;
    }
    fontPixels_ = pixels;
    // Latin, Greek, dashes and dots, raised and lowered digits, the minus sign.
    static const ImWchar ranges[] = {0x0020, 0x017f, 0x0370, 0x03ff, 0x2010, 0x2027, 0x2070, 0x2089, 0x2212, 0x221e, 0};
    io.Fonts->Clear();
    const QString file = fontFile();
    if (file.isEmpty() || io.Fonts->AddFontFromFileTTF(file.toLocal8Bit().constData(), static_cast<float>(pixels),
                                                       nullptr, ranges) == nullptr) {
        io.Fonts->AddFontDefault();
    }
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
}

void ImGuiOverlay::refreshStyle(const Theme& theme) {
    ImGuiStyle& style = ImGui::GetStyle();
    style.WindowRounding = 4.0F;
    style.WindowBorderSize = 1.0F;
    style.WindowMinSize = {8.0F, 8.0F};
    style.AntiAliasedLinesUseTex = false;
    style.Colors[ImGuiCol_Text] = toIm(theme.text);
    style.Colors[ImGuiCol_WindowBg] = toIm(theme.panel, 0.94F);
}

quintptr ImGuiOverlay::texture(const CodeCard& card) {
    CardTexture& entry = textures_[card.id];
    if (!entry.texture || entry.imageKey != card.image.cacheKey()) {
        entry.imageKey = card.image.cacheKey();
        entry.texture = std::make_unique<QOpenGLTexture>(card.image.convertToFormat(QImage::Format_RGBA8888),
                                                         QOpenGLTexture::DontGenerateMipMaps);
        entry.texture->setMinMagFilters(QOpenGLTexture::Nearest, QOpenGLTexture::Nearest);
        entry.texture->setWrapMode(QOpenGLTexture::ClampToEdge);
    }
    return entry.texture->textureId();
}

bool ImGuiOverlay::card(const CodeCard& card, const QRectF& area, const Scene& scene) {
    const Theme& theme = *scene.theme;
    const double gap = standardGap(theme, scene.device) * 1.4;
    ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                             ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                             ImGuiWindowFlags_NoNav;
    if (!card.pinned) {
        flags |= ImGuiWindowFlags_NoInputs;
    }
    ImGui::SetNextWindowPos(toIm(area.topLeft()));
    ImGui::SetNextWindowSize(toIm(area.size()));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(static_cast<float>(gap), static_cast<float>(gap)));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0.0F, 0.0F));
    ImGui::PushStyleColor(ImGuiCol_Border, toIm(card.pinned ? theme.accent : theme.border));
    const QByteArray name = "##card" + QByteArray::number(static_cast<qulonglong>(card.id));
    bool closed = false;
    if (ImGui::Begin(name.constData(), nullptr, flags)) {
        if (!card.pinned) {
            ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
        }
        double y = gap;
        if (!card.image.isNull()) {
            const QSizeF size = cardImageSize(card.image, cardImageSide(theme, scene.device));
            ImGui::SetCursorPos(toIm(QPointF((area.width() - size.width()) / 2.0, y)));
            // NOLINTNEXTLINE(performance-no-int-to-ptr): ImGui passes texture names as pointers
            ImGui::Image(reinterpret_cast<ImTextureID>(texture(card)), toIm(size));
            y += size.height() + gap;
        }
        for (const QString& line : card.lines) {
            ImGui::SetCursorPos(toIm(QPointF(gap, y)));
            ImGui::TextUnformatted(line.toUtf8().constData());
            y += ImGui::GetTextLineHeight();
        }
        if (card.pinned) {
            const QRectF cross = cardCloseArea(area, theme, scene.device);
            ImGui::SetCursorScreenPos(toIm(cross.topLeft()));
            closed = ImGui::InvisibleButton("close", toIm(cross.size()));
            const bool hovered = ImGui::IsItemHovered();
            const double reach = cross.width() * 0.18;
            const QPointF middle = cross.center();
            ImDrawList* list = ImGui::GetWindowDrawList();
            list->AddCircleFilled(toIm(middle), static_cast<float>(reach * 1.9),
                                  packed(hovered ? theme.accent : theme.panel, 0.94F));
            const ImU32 color = packed(theme.text);
            const auto width = static_cast<float>(theme.lineWidth);
            list->AddLine(toIm(middle - QPointF(reach, reach)), toIm(middle + QPointF(reach, reach)), color, width);
            list->AddLine(toIm(middle - QPointF(reach, -reach)), toIm(middle + QPointF(reach, -reach)), color, width);
        }
    }
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
    return closed;
}

std::vector<std::uint64_t> ImGuiOverlay::render(const Scene& scene) {
    ImGui::SetCurrentContext(context_);
    const Theme& theme = *scene.theme;
    const std::vector<CodeCard>& cards = scene.marks->cards;
    std::set<std::uint64_t> alive;
    for (const CodeCard& card : cards) {
        alive.insert(card.id);
    }
    std::erase_if(textures_, [&alive](const auto& entry) { return !alive.contains(entry.first); });
    pinnedAreas_.clear();
    if (cards.empty() && !scene.marks->crosshair && buttonEvents_.empty() && !buttonDown_) {
        return {};
    }

    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(scene.size.width()), static_cast<float>(scene.size.height())};
    io.DisplayFramebufferScale = {static_cast<float>(scene.ratio), static_cast<float>(scene.ratio)};
    io.DeltaTime = std::clamp(static_cast<float>(clock_.restart()) * 1e-3F, 1e-4F, 1.0F);
    setMousePosition(io, mouseInside_ ? static_cast<float>(mouse_.x()) : -FLT_MAX,
                     mouseInside_ ? static_cast<float>(mouse_.y()) : -FLT_MAX);
    if (!buttonEvents_.empty()) {
        buttonDown_ = buttonEvents_.front();
        buttonEvents_.pop_front();
    }
    setMouseButton(io, buttonDown_);
    refreshFont(scene);
    refreshStyle(theme);

    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    std::vector<QSizeF> sizes;
    const double gap = standardGap(theme, scene.device) * 1.4;
    for (const CodeCard& card : cards) {
        sizes.push_back(cardSize(card, theme, scene.device));
        for (const QString& line : card.lines) {
            // The two libraries measure the same font a little differently.
            const double width = ImGui::CalcTextSize(line.toUtf8().constData()).x + 2.0 * gap;
            sizes.back().setWidth(std::max(sizes.back().width(), std::ceil(width)));
        }
    }
    const std::vector<QRectF> areas = placeCards(cards, sizes, scene.map, lineHeight(theme, scene.device) * 0.8);

    ImDrawList* ground = ImGui::GetBackgroundDrawList();
    const auto width = static_cast<float>(theme.lineWidth * 0.7);
    if (scene.marks->crosshair && scene.map.area.contains(scene.map.toPixel(*scene.marks->crosshair))) {
        const QPointF at = scene.map.toPixel(*scene.marks->crosshair);
        const double reach = lineHeight(theme, scene.device) * 0.4;
        ground->AddLine(toIm(at - QPointF(reach, 0.0)), toIm(at + QPointF(reach, 0.0)), packed(theme.text), width);
        ground->AddLine(toIm(at - QPointF(0.0, reach)), toIm(at + QPointF(0.0, reach)), packed(theme.text), width);
    }
    std::vector<std::uint64_t> closed;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const QPointF anchor = scene.map.toPixel(cards[i].x, cards[i].y);
        if (scene.map.area.contains(anchor)) {
            const QPointF near(std::clamp(anchor.x(), areas[i].left(), areas[i].right()),
                               std::clamp(anchor.y(), areas[i].top(), areas[i].bottom()));
            ground->AddLine(toIm(anchor), toIm(near), packed(theme.text), width);
            ground->AddCircleFilled(toIm(anchor), static_cast<float>(gap * 0.6), packed(theme.panel));
            ground->AddCircle(toIm(anchor), static_cast<float>(gap * 0.6), packed(theme.text), 0, width);
        }
        if (card(cards[i], areas[i], scene)) {
            closed.push_back(cards[i].id);
        }
        if (cards[i].pinned) {
            pinnedAreas_.push_back(areas[i]);
        }
    }
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    return closed;
}

}  // namespace elbo
