// What a shader reads on the graphics card: rows of one type in a buffer, or four corners that it makes itself.
#pragma once

#include <QOpenGLBuffer>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QOpenGLVertexArrayObject>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <vector>

namespace elbo {

/// What a shader reads of a row: so many floats from an offset in bytes. Its place among the others is its location.
struct GlAttribute {
    int floats = 1;
    std::size_t offset = 0;
};

/// Who gets a row of its own: every vertex, or every copy of one shape.
enum class GlRow { Vertex, Instance };

/// Vertices as plain structs of floats. All functions with the context current.
template <typename Vertex>
class GlMesh {
    static_assert(std::is_trivially_copyable_v<Vertex>, "rows are copied to the card as they lie in memory");

  public:
    void setUp(std::initializer_list<GlAttribute> attributes, GlRow row = GlRow::Vertex) {
        array_ = std::make_unique<QOpenGLVertexArrayObject>();
        array_->create();
        buffer_.create();
        buffer_.setUsagePattern(QOpenGLBuffer::StreamDraw);
        auto* gl = QOpenGLContext::currentContext()->extraFunctions();
        array_->bind();
        buffer_.bind();
        GLuint location = 0;
        for (const GlAttribute& attribute : attributes) {
            // The API passes offsets as pointers.
            // NOLINTNEXTLINE(performance-no-int-to-ptr)
            const void* offset = reinterpret_cast<const void*>(attribute.offset);
            gl->glEnableVertexAttribArray(location);
            gl->glVertexAttribPointer(location, attribute.floats, GL_FLOAT, GL_FALSE, sizeof(Vertex), offset);
            gl->glVertexAttribDivisor(location, row == GlRow::Instance ? 1 : 0);
            ++location;
        }
        array_->release();
        buffer_.release();
    }

    /// Takes the place of the rows that were there.
    void upload(const std::vector<Vertex>& rows) {
        count_ = static_cast<int>(rows.size());
        buffer_.bind();
        buffer_.allocate(rows.data(), count_ * static_cast<int>(sizeof(Vertex)));
        buffer_.release();
    }

    bool empty() const { return count_ == 0; }

    /// One primitive, or several, through all rows. With the program bound.
    void draw(GLenum primitive) {
        array_->bind();
        QOpenGLContext::currentContext()->functions()->glDrawArrays(primitive, 0, count_);
        array_->release();
    }

    /// A shape of so many vertices for each row. With the program bound.
    void drawInstances(GLenum primitive, int vertices) {
        array_->bind();
        QOpenGLContext::currentContext()->extraFunctions()->glDrawArraysInstanced(primitive, 0, vertices, count_);
        array_->release();
    }

    void release() {
        buffer_.destroy();
        array_.reset();
        count_ = 0;
    }

  private:
    std::unique_ptr<QOpenGLVertexArrayObject> array_;
    QOpenGLBuffer buffer_{QOpenGLBuffer::VertexBuffer};
    int count_ = 0;
};

/// A rectangle whose corners the shader makes from their numbers: what a texture is laid on. All functions with the
/// context current.
class GlRectangle {
  public:
    void setUp() {
        array_ = std::make_unique<QOpenGLVertexArrayObject>();
        array_->create();
    }
    /// With the program bound.
    void draw() {
        array_->bind();
        QOpenGLContext::currentContext()->functions()->glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
        array_->release();
    }
    void release() { array_.reset(); }

  private:
    std::unique_ptr<QOpenGLVertexArrayObject> array_;
};

}  // namespace elbo
